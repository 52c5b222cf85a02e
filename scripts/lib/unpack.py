"""Unpacks archives that may be hostile: whole and inside one folder, or not at all.

Nothing is left to the archive's word: entries are looked at one by one, only plain files, folders and links that stay
inside are made, and links come last, so that no file can be written through one. (The standard library's `data` filter
is not in every Python 3.11.)
"""

import errno
import hashlib
import os
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path
from typing import IO

from scripts.lib.archive_entries import Entry, entries
from scripts.lib.errors import CommandFailed, Failure, ResourceMissing

_CHUNK = 1 << 20
_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, zlib.error, LZMAError, RuntimeError, ValueError)

Manifest = dict[str, str]
"""Path -> sha256 of its content (of a link: of where it points), for every file, sorted."""


@dataclass(frozen=True)
class Caps:
    """What an archive may unpack to at most."""

    size: int = 4_000_000_000
    """Bytes."""
    files: int = 200_000


class _Refused(Exception):
    """An entry that is not unpacked."""


def unpack(archive: Path, into: Path, what: str, caps: Caps | None = None) -> Manifest:
    """Unpack a .tar.* or .zip to the new folder `into`; a single folder at the top is stripped.

    Return the files with their hashes. Raises CommandFailed, naming `what` and the entry; then `into` does not exist.
    """
    part = into.with_name(f"{into.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        with damaged(what):
            manifest = _Writer(part, caps or Caps()).write(entries(archive))
            top = _single_top(part)
            (part / top).rename(into)
        return {path.removeprefix(f"{top}/"): sha256 for path, sha256 in sorted(manifest.items())}
    except _Refused as refused:
        raise CommandFailed(f"{what} is not unpacked: {refused}", hint="do not use this archive") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def damaged(what: str) -> Iterator[None]:
    """Word what goes wrong while an archive is read, naming `what`."""
    try:
        yield
    except _DAMAGED as error:
        raise _worded(what, error) from None


def _worded(what: str, error: Exception) -> Failure:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return ResourceMissing(f"the disk is full: {what} could not be unpacked", hint="free disk, e.g. invoke clean")
    says = str(error) or "it ends too early"
    return CommandFailed(f"{what} is truncated or damaged: {says}", hint="bring the archive anew")


class _Writer:
    """Writes entries below a folder, counting."""

    def __init__(self, top: Path, caps: Caps) -> None:
        self._top = str(top)
        self._caps = caps
        self._size = 0
        self._count = 0
        self._folders: set[str] = set()
        self._links: dict[str, str] = {}
        self._manifest: Manifest = {}

    def write(self, given: Iterator[Entry]) -> Manifest:
        for entry in given:
            path = _inside(entry.name)
            if path:
                self._count_in(entry.name, entry.size)
                self._one(path, entry)
        tops = {path.split("/")[0] for path in (*self._folders, *self._manifest, *self._links) if path}
        for path, target in self._links.items():
            self._link(path, _target_inside(path, target, stripped=len(tops) == 1))
        return self._manifest

    def _one(self, path: str, entry: Entry) -> None:
        if entry.kind == "folder":
            self._folder(path)
        elif entry.kind == "link":
            self._links[path] = entry.target
        elif entry.kind == "twin":
            self._twin(path, entry)
        elif entry.kind == "file" and entry.content:
            self._file(path, entry.content, entry.executable)
        else:
            raise _Refused(f"{entry.name} is {entry.kind}, no file, folder or link")

    def _count_in(self, name: str, size: int) -> None:
        self._size += size
        self._count += 1
        if self._size > self._caps.size:
            raise _Refused(f"it is larger than {self._caps.size} bytes when unpacked (at {name})")
        if self._count > self._caps.files:
            raise _Refused(f"it has more than {self._caps.files} entries (at {name})")

    def _folder(self, path: str) -> None:
        if path in self._folders:
            return
        try:
            os.makedirs(f"{self._top}/{path}", exist_ok=True)  # noqa: PTH103  thousands of times, so no Path
        except (FileExistsError, NotADirectoryError):
            raise _Refused(f"{path} stands in it as a file and as a folder") from None
        self._folders.add(path)

    def _file(self, path: str, content: IO[bytes], executable: bool) -> None:
        self._folder(path.rpartition("/")[0])
        sha256 = hashlib.sha256()
        try:
            file = os.open(f"{self._top}/{path}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755 if executable else 0o644)
        except FileExistsError:
            raise _Refused(f"{path} stands in it twice") from None
        with open(file, "wb", buffering=0) as out:  # noqa: PTH123
            while data := content.read(_CHUNK):
                sha256.update(data)
                out.write(data)
        self._manifest[path] = sha256.hexdigest()

    def _twin(self, path: str, entry: Entry) -> None:
        """A hard link becomes a file of its own, with the content of an earlier entry."""
        target = _inside(entry.target)
        if target not in self._manifest:
            raise _Refused(f"{entry.name} is a hard link to {entry.target}, which is no earlier file of it")
        with Path(self._top, target).open("rb") as content:
            stat = os.fstat(content.fileno())
            self._count_in(entry.name, stat.st_size)
            self._file(path, content, bool(stat.st_mode & 0o100))

    def _link(self, path: str, target: str) -> None:
        """Links come last; none may lie below another, or `..` would not mean what it meant when it was checked."""
        parents = path.split("/")[:-1]
        if any("/".join(parents[: n + 1]) in self._links for n in range(len(parents))):
            raise _Refused(f"{path} lies below a link")
        self._folder("/".join(parents))
        try:
            Path(self._top, path).symlink_to(target)
        except FileExistsError:
            raise _Refused(f"{path} stands in it twice") from None
        self._manifest[path] = hashlib.sha256(b"-> " + os.fsencode(target)).hexdigest()


def _inside(name: str) -> str:
    """Return an entry's path, normalized; empty for the top itself. Raises _Refused for what leads elsewhere."""
    words = [word for word in name.split("/") if word not in ("", ".")]
    if name.startswith("/"):
        raise _Refused(f"{name} is an absolute path")
    if ".." in words:
        raise _Refused(f"{name} leads out of it")
    if ".git" in words:
        raise _Refused(f"{name} belongs to a git repository, which a source must not bring")
    return "/".join(words)


def _target_inside(path: str, target: str, *, stripped: bool) -> str:
    """Return a link's target. `..` may stand at its start only: then it cannot lead out, whatever else is a link."""
    words = [word for word in target.split("/") if word not in ("", ".")]
    up = next((i for i, word in enumerate(words) if word != ".."), len(words))
    if target.startswith("/") or not target or ".." in words[up:] or up > path.count("/") - stripped:
        raise _Refused(f"{path} is a link to {target or 'nothing'}, out of it")
    return target


def _single_top(folder: Path) -> str:
    """Return the name of the only entry of a folder where that is a folder itself, else `.`."""
    found = list(folder.iterdir())
    return found[0].name if len(found) == 1 and found[0].is_dir() and not found[0].is_symlink() else "."
