"""A backup: a folder with an archive of each volume, a list of what lies in it, the settings, and the record.

The record is written last. What is in the folder is secret: it is for its owner alone.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import ValidationError

from scripts.lib import upload
from scripts.lib.deploy.snapshot import Contents
from scripts.lib.errors import ResourceMissing, SettingsInvalid
from scripts.lib.settings.base import Frozen

RECORD = "backup.json"
SETTINGS = "settings.env"
BLOCK = 4 << 20
OWNER_ONLY = 0o600


class Backup(Frozen):
    """What a backup is of."""

    form: Literal[1]
    product: str
    environment: str
    stack: str
    version: str | None
    """Of the upstream whose data these are; None where no deployment tells."""
    images: dict[str, str]
    """Image -> reference by digest, as it was deployed last."""
    taken: datetime
    by: str
    volumes: tuple[str, ...]
    """Compose's names of the volumes that held something."""
    files: dict[str, str]
    """Every other file of the folder -> its sha256."""


def archive_of(key: str) -> str:
    """Return the name of a volume's archive; what lies in it is below a folder called like the volume."""
    return f"{key}.tar.gz"


def contents_of(key: str) -> str:
    """Return the name of the file that says what lies in a volume."""
    return f"{key}.json"


class Making:
    """Writes a backup's files, each for its owner alone, and their hashes at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._hashes: dict[str, str] = {}

    def text(self, name: str, text: str) -> None:
        self._write(name, [text.encode()])

    def archive(self, key: str, tar: IO[bytes]) -> None:
        """Write a volume's archive, compressed on all cores."""
        self._write(archive_of(key), upload.compressed(_blocks(tar)))

    def finish(self, about: Backup) -> None:
        """Write the record, by which the folder becomes a backup."""
        whole = about.model_copy(update={"files": dict(sorted(self._hashes.items()))})
        self._write(f"{RECORD}.part", [whole.model_dump_json(indent=2).encode() + b"\n"])
        (self.folder / f"{RECORD}.part").replace(self.folder / RECORD)

    def _write(self, name: str, blocks: Iterable[bytes]) -> None:
        seen = hashlib.sha256()
        made = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(made, "wb") as file:
            for block in blocks:
                seen.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        self._hashes[name] = seen.hexdigest()


def read(folder: Path) -> Backup:
    """Return a backup's record; raises ResourceMissing with everything of it that is missing or damaged."""
    try:
        found = Backup.model_validate_json((folder / RECORD).read_bytes())
    except FileNotFoundError:
        raise ResourceMissing(
            f"{folder} holds no {RECORD}, which is written last: it is no backup, or one that was not ended",
            hint="name the folder that `invoke backup` told",
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ResourceMissing(
            f"{folder / RECORD} is of another form: {'.'.join(map(str, first['loc']))}: {first['msg']}",
            hint="use the version of this code that wrote it",
        ) from None
    states = {folder / name: _state(folder / name, wanted) for name, wanted in found.files.items()}
    problems = [f"{path} {state}" for path, state in states.items() if state]
    if problems:
        raise ResourceMissing(problems, hint="take another copy of the backup")
    return found


def of_stack(place: Path, product: str, stack: str) -> list[Path]:
    """Return the whole backups of a stack that lie in a folder, the newest first; anything else is passed over."""
    found = []
    for record in place.glob(f"*/{RECORD}"):
        try:
            one = Backup.model_validate_json(record.read_bytes())
        except ValidationError:
            continue
        if (one.product, one.stack) == (product, stack):
            found.append((one.taken, record.parent))
    return [folder for _, folder in sorted(found, reverse=True)]


def contents(folder: Path, key: str) -> Contents:
    """Return what lies in a volume of a backup."""
    return Contents.model_validate_json((folder / contents_of(key)).read_bytes())


def require_new(folder: Path) -> None:
    """Raise SettingsInvalid where there is something at the place of a new backup."""
    if folder.exists():
        raise SettingsInvalid(f"{folder} is there already", hint="name a folder that is not there yet")


def _state(path: Path, wanted: str) -> str | None:
    """Word what is wrong with a file, None where it is as it was written."""
    if not path.is_file():
        return "is missing"
    with path.open("rb") as file:
        return None if hashlib.file_digest(file, "sha256").hexdigest() == wanted else "is not as it was written"


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block
