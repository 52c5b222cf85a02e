"""The files of an image, and a reviewed list of where two images of one tree may differ."""

import hashlib
import re
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from scripts.lib import engine
from scripts.lib.files import pattern
from scripts.lib.settings.base import Frozen
from scripts.lib.settings.loading import load


@dataclass(frozen=True)
class File:
    """What of a file must be the same."""

    kind: str
    mode: int
    owner: tuple[int, int]
    content: str
    """sha256 of a file, target of a link."""


class Difference(Frozen):
    """Files that may differ, or that one image alone may have, and why."""

    paths: tuple[str, ...] = Field(min_length=1)
    """Globs below the image's top, without the leading slash."""
    reason: str = Field(min_length=10)


class Differences(Frozen):
    """The whole list; each entry must be used."""

    differences: tuple[Difference, ...]
    renamed: dict[str, str] = Field(default_factory=dict)
    """Regular expression -> what its place in a path is called in both images."""

    @staticmethod
    def read(path: Path) -> "Differences":
        return load(path, Differences)


def files_of(image: str) -> dict[str, File]:
    """Return path -> file for everything in an image but folders."""
    container = engine.create(engine.Container(image, {"graft.test": "1"}, command=["none"]))
    try:
        with tarfile.open(fileobj=engine.exported(container), mode="r|") as archive:
            return {entry.name: _file(archive, entry) for entry in archive if not entry.isdir()}
    finally:
        engine.remove(container)


def _file(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> File:
    kind = "file" if entry.isreg() or entry.islnk() else "link" if entry.issym() else "other"
    reader = archive.extractfile(entry) if entry.isreg() else None
    content = hashlib.sha256(reader.read()).hexdigest() if reader else entry.linkname
    return File(kind, entry.mode, (entry.uid, entry.gid), content)


def unexplained(first: Mapping[str, File], second: Mapping[str, File], allowed: Differences) -> list[str]:
    """Return every difference that no entry speaks of, and every glob of an entry that none needs."""
    first, second = _renamed(first, allowed), _renamed(second, allowed)
    differing = {path for path in first.keys() | second.keys() if first.get(path) != second.get(path)}
    globs = {glob: pattern(glob) for one in allowed.differences for glob in one.paths}
    told = [path for path in sorted(differing) if not any(g.match(path) for g in globs.values())]
    unused = [glob for glob, g in globs.items() if not any(g.match(path) for path in differing)]
    return [_told(path, first, second) for path in told] + [f"{glob}: nothing differs there" for glob in unused]


def _renamed(files: Mapping[str, File], allowed: Differences) -> dict[str, File]:
    renamed = dict(files)
    for find, replace in allowed.renamed.items():
        renamed = {re.sub(find, replace, path): file for path, file in renamed.items()}
    return renamed


def _told(path: str, first: Mapping[str, File], second: Mapping[str, File]) -> str:
    if path not in first or path not in second:
        return f"{path}: only in the {'first' if path in first else 'second'}"
    return f"{path}: {first[path]} is not {second[path]}"
