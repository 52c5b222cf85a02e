"""What is kept of a release: every path of its tree, and the files that customizations look at.

`<cache>/kept/objects` holds each content once, deflated, by its sha256; `<cache>/kept/trees` each release's paths, by
the sha256 of its archive. An archive itself is not kept.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.lib.archive_entries import Entry, entries
from scripts.lib.errors import CommandFailed
from scripts.lib.files import FileMap, matching, pattern
from scripts.lib.scratch import scratch
from scripts.lib.unpack import Caps, damaged

MOST = 1_000_000_000
"""Bytes that are kept."""


@dataclass(frozen=True)
class Kept:
    """A release's tree, as far as it was kept; a tree of files in the sense of `lib/files.py`."""

    cache: Path
    paths: Mapping[str, str | None]
    """Path -> sha256 of its content; None where that was not kept."""
    _contents: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def read(self, path: str) -> bytes | None:
        """Return a kept content, verified once; raises CommandFailed, and removes it, where it is damaged."""
        sha256 = self.paths.get(path)
        if sha256 and sha256 not in self._contents:
            self._contents[sha256] = _content(self.cache, sha256)
        return self._contents[sha256] if sha256 else None

    def names(self) -> Iterable[str]:
        return self.paths.keys()

    def holds(self, globs: Iterable[str], within: str = "") -> bool:
        """Tell whether all that these globs match is here, of a tree that lies in the folder `within/`."""
        tree = FileMap({f"{within}{path}": b"" for path in self.paths})
        wanted = {path for glob in globs for path in matching(tree, glob)}
        contents = [self.paths[path.removeprefix(within)] for path in wanted]
        return bool(self.paths) and all(one and _object(self.cache, one).is_file() for one in contents)


def find(cache: Path, sha256: str, globs: Iterable[str], within: str = "") -> Kept | None:
    """Return what is kept of the archive with this hash; None where a file that the globs match is not.

    The globs are of a tree in which the archive lies in the folder `within/`, or at the top.
    """
    found = of(cache, sha256) if _tree(cache, sha256).is_file() else None
    return found if found and found.holds(globs, within) else None


def of(cache: Path, sha256: str) -> Kept:
    """Return what is kept of the archive with this hash, be it little or nothing."""
    return Kept(cache, _paths(_tree(cache, sha256)))


def keep(cache: Path, sha256: str, archive: Path, globs: Sequence[str], what: str, within: str = "") -> None:
    """Keep of an archive what the globs match, as in `find`, and every path; raises CommandFailed for a damaged one."""
    with damaged(what):
        paths = _kept(cache, entries(archive), [pattern(glob) for glob in globs], what, within)
    with scratch(cache) as folder:
        _place(folder, _tree(cache, sha256), json.dumps(paths).encode())


def size(cache: Path) -> int:
    """Return how many bytes are kept."""
    return sum(file.stat().st_size for file in (cache / "kept").rglob("*") if file.is_file())


def trim(cache: Path, wanted: Iterable[str]) -> None:
    """Where more is kept than `MOST`, let go of all but the archives that are wanted."""
    if size(cache) <= MOST:
        return
    trees = {_tree(cache, sha256) for sha256 in wanted}
    for tree in [tree for tree in (cache / "kept" / "trees").iterdir() if tree not in trees]:
        tree.unlink(missing_ok=True)
    contents = {sha256 for tree in trees for sha256 in _paths(tree).values()}
    for content in (cache / "kept" / "objects").glob("*/*"):
        if content.name not in contents:
            content.unlink(missing_ok=True)


def _kept(
    cache: Path, found: Iterator[Entry], wanted: Sequence[re.Pattern[str]], what: str, within: str
) -> dict[str, str | None]:
    paths: dict[str, str | None] = {}
    size = 0
    with scratch(cache) as folder:
        for entry in found:
            if entry.kind == "file" and entry.content:
                size += entry.size
                if size > Caps().size:
                    raise CommandFailed(f"{what} is larger than {Caps().size} bytes", hint="look at what it holds")
                places = [f"{within}{entry.name}", f"{within}{entry.name.partition('/')[2]}"]
                matched = any(one.match(place) for one in wanted for place in places)
                paths[entry.name] = _add(cache, folder, entry.content.read()) if matched else None
    return _without_top(paths)


def _without_top(paths: dict[str, str | None]) -> dict[str, str | None]:
    """Strip the one folder that everything lies in, where there is one."""
    tops = {name.partition("/")[0] for name in paths}
    alone = len(tops) == 1 and not tops & paths.keys()
    return {name.partition("/")[2]: value for name, value in paths.items()} if alone else paths


def _add(cache: Path, folder: Path, content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    place = _object(cache, sha256)
    if not place.is_file():
        _place(folder, place, content)
    return sha256


def _place(folder: Path, place: Path, content: bytes) -> None:
    """Write a content, whole or not at all."""
    part = folder / "part"
    part.write_bytes(zlib.compress(content))
    place.parent.mkdir(parents=True, exist_ok=True)
    part.replace(place)


def _content(cache: Path, sha256: str) -> bytes:
    place = _object(cache, sha256)
    try:
        content = zlib.decompress(place.read_bytes())
    except (zlib.error, FileNotFoundError):
        content = b""
    if hashlib.sha256(content).hexdigest() != sha256:
        place.unlink(missing_ok=True)
        raise CommandFailed(f"{place} is damaged and was removed", hint="run it again; the release is brought anew")
    return content


def _paths(tree: Path) -> dict[str, str | None]:
    """Return what a release's paths are; none, so that they are brought anew, where the file is damaged."""
    try:
        paths: dict[str, str | None] = json.loads(zlib.decompress(tree.read_bytes()))
    except (zlib.error, ValueError, FileNotFoundError):
        tree.unlink(missing_ok=True)
        return {}
    return paths


def _object(cache: Path, sha256: str) -> Path:
    return cache / "kept" / "objects" / sha256[:2] / sha256


def _tree(cache: Path, sha256: str) -> Path:
    return cache / "kept" / "trees" / sha256
