"""The run ledger: one line for every run of a stage, whatever its end. KPIs and reports read from here."""

import os
from datetime import UTC, datetime
from typing import Literal

from scripts.lib.checkout import Checkout
from scripts.lib.settings.base import Frozen


class Entry(Frozen):
    """One run of one stage."""

    stage: str
    product: str
    environment: str
    started: datetime
    seconds: float
    outcome: Literal["done", "up-to-date", "failed", "interrupted"]
    exit_code: int
    says: str
    """The line of success, or the first problem."""


def append(checkout: Checkout, entry: Entry) -> None:
    """Add one line; a single write, so that two runs cannot mix theirs."""
    path = checkout.out / "ledger.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    line = entry.model_dump_json() + "\n"
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(file).st_size
        broken = size and os.pread(file, 1, size - 1) != b"\n"
        os.write(file, (f"\n{line}" if broken else line).encode())
    finally:
        os.close(file)


def entries(checkout: Checkout) -> list[Entry]:
    """Return every entry, oldest first; a half-written line (a full disk) is passed over."""
    path = checkout.out / "ledger.jsonl"
    if not path.exists():
        return []
    whole = [line for line in path.read_text().split("\n") if line.endswith("}")]
    return [Entry.model_validate_json(line) for line in whole]


def now() -> datetime:
    """The present time, in UTC."""
    return datetime.now(UTC)
