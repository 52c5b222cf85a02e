"""The front end of an already built release, as a tree of files, and what was found in its scripts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts.lib.records import digest_of
from scripts.lib.settings.base import Frozen


class LocaleChunk(Frozen):
    """Where a release keeps the texts of one locale."""

    path: str
    texts: str
    """Identity of the texts, as `texts_identity` has it."""


class Index(Frozen):
    """What was found in a release's scripts."""

    locales: dict[str, dict[str, LocaleChunk]]
    """Module of a projection -> locale -> its chunk."""
    version: str | None
    """The build's own name of itself, which page and scripts must agree on."""
    version_places: dict[str, int]
    """Script -> how often it names that version."""
    styles: tuple[str, ...] = ()
    """Those that name the immutable folder, as the page does; older bundlers write whole paths into them."""


@dataclass(frozen=True)
class Bundle:
    """An unpacked front end, which nobody may change; a tree of files in the sense of `lib/files.py`."""

    folder: Path
    index: Index
    immutable: str

    def read(self, path: str) -> bytes | None:
        file = self.folder / path
        return file.read_bytes() if file.is_file() else None

    def names(self) -> list[str]:
        return self._names

    @cached_property
    def _names(self) -> list[str]:
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file())

    def scripts(self) -> Iterator[tuple[str, bytes]]:
        """Return every script of the immutable folder with its content."""
        for name in scripts_of(self.names(), self.immutable):
            yield name, (self.folder / name).read_bytes()


def scripts_of(names: list[str], immutable: str) -> list[str]:
    return [n for n in names if n.startswith(f"{immutable}/") and n.endswith((".js", ".mjs"))]


def texts_identity(texts: dict[str, str]) -> str:
    """Return one hash over a locale's texts, whatever their order."""
    return digest_of(json.dumps(texts, sort_keys=True))
