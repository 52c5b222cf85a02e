"""What every record is, and how one is told from another."""

import hashlib
import json

from scripts.lib.settings.base import Frozen

Digest = str
"""`sha256:` and 64 hexadecimal digits."""


class Record(Frozen):
    """What one stage leaves for the next."""

    inputs: str
    """Identity of everything that the stage looked at; the same inputs need no second run."""


def identity(record: Frozen) -> str:
    """Return the sha256 of a record's canonical JSON."""
    return digest_of(json.dumps(record.model_dump(mode="json"), sort_keys=True))


def digest_of(*parts: str | bytes) -> str:
    """Return one sha256, in hexadecimal digits, over parts whose borders count."""
    h = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        h.update(len(data).to_bytes(8, "big") + data)
    return h.hexdigest()
