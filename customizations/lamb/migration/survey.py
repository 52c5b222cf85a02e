"""Looks at the old folder: what is there to be moved, and what stands in the way. Reads only."""

import errno
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import locks, parts
from .old import Old
from .parts import Entry, Part

NEEDED = ((parts.DATABASE, "data"), (parts.WEBUI, "openwebui"))
"""Without these nothing of the old stack can be used; the others may never have been made."""
PATHS = {"LAMB_DB_PATH": "its database", "OWI_PATH": "Open WebUI's data", "AAC_LOG_PATH": "its session logs"}


@dataclass(frozen=True)
class Survey:
    """What was found."""

    old: Old
    entries: tuple[Entry, ...]
    problems: tuple[str, ...]
    open: tuple[str, ...]
    """Whose databases are in use, so that they cannot be copied."""
    notes: tuple[str, ...]
    fingerprint: str

    def databases(self) -> Iterator[Entry]:
        yield from (entry for entry in self.entries if entry.kind == "database")

    def database(self, volume: str, name: str) -> Entry | None:
        """Return a database by the volume that it goes to and its name."""
        return next((e for e in self.databases() if (e.part.volume, e.path.name) == (volume, name)), None)

    @property
    def bytes(self) -> int:
        return sum(entry.size for entry in self.entries if entry.kind != "folder")


def survey(old: Old) -> Survey:
    """Look at every part."""
    found = tuple(entry for part in parts.parts(old) for entry in parts.entries(old, part))
    problems = (*_outside(old), *_links(old, found), *_missing(old, found))
    notes = tuple(_notes(old, found))
    return Survey(old, found, problems, tuple(_open(old, found)), notes, parts.fingerprint(found))


def _outside(old: Old) -> Iterator[str]:
    """Settings that name places which are not in the folder."""
    for name, what in PATHS.items():
        path = old.settings.get(name)
        if path and old.within(path) is None:
            yield f"{name}={path} of the old settings ({what}) lies outside {old.called}"


def _links(old: Old, found: tuple[Entry, ...]) -> Iterator[str]:
    """Links to places that are not moved with them."""
    for part in parts.parts(old):
        top = old.folder / part.old
        if not top.resolve().is_relative_to(old.folder.resolve()):
            yield f"{part.old} is a link to {top.resolve()}, outside {old.called}"
    for entry in found:
        top = (old.folder / entry.part.old).resolve()
        if entry.kind == "link" and not _target(entry.source).is_relative_to(top):
            yield f"{entry.old} is a link to {entry.source.readlink()}, which is not moved with it"


def _target(link: Path) -> Path:
    """Return where a link leads; one that leads round in a circle leads to itself."""
    try:
        return link.resolve()
    except (OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno != errno.ELOOP:
            raise
        return link


def _missing(old: Old, found: tuple[Entry, ...]) -> Iterator[str]:
    there = {(entry.path.name, entry.part.volume) for entry in found if entry.kind == "database"}
    for name, volume in NEEDED:
        part = next(part for part in parts.parts(old) if part.volume == volume)
        if (name, volume) not in there:
            yield f"there is no {part.old / name} in {old.called}{_elsewhere(old, name, part)}"


def _elsewhere(old: Old, name: str, part: Part) -> str:
    """Word where else a database of that name lies."""
    places = (old.folder, old.folder / "backend", old.folder / "data", old.folder / part.old)
    others = sorted({str(p.relative_to(old.folder)) for p in (place / name for place in places) if p.is_file()})
    return f", but {', '.join(others)}" if others else ""


def _open(old: Old, found: tuple[Entry, ...]) -> Iterator[str]:
    for entry in found:
        if entry.kind == "database":
            for held in locks.holders(entry.source):
                yield f"{entry.old} is open in a program that runs: {held} is locked"
    lock = old.folder / parts.LIBRARY_DATA / ".lock"
    if locks.is_held(lock):
        yield f"{parts.LIBRARY_DATA}/.lock is held by a library manager that runs"


def _notes(old: Old, found: tuple[Entry, ...]) -> Iterator[str]:
    if not old.files:
        yield f"{old.called} has no file of settings; the usual ones were taken"
    here: Mapping[str, int] = _counted(found)
    for part in parts.parts(old):
        if not part.only and part.volume not in here:
            yield f"{part.old} has nothing; its volume stays empty"
    own = next((e.old for e in found if e.path.name == parts.DATABASE), parts.DATABASE)
    for other in (parts.DATABASE, f"backend/{parts.DATABASE}"):
        if other != own and (old.folder / other).is_file():
            yield f"{other} is another database, which the old settings do not name; it is not moved"


def _counted(found: tuple[Entry, ...]) -> dict[str, int]:
    return {volume: sum(e.part.volume == volume for e in found) for volume in {e.part.volume for e in found}}
