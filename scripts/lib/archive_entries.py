"""Reads the entries of a .tar.* or .zip one after the other, in one form, and notices where an archive is cut off."""

import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Entry:
    """One entry, as the archive words it: nothing is checked yet."""

    name: str
    kind: str
    """file, folder, link (symbolic), twin (a hard link), or what else it is."""
    size: int = 0
    executable: bool = False
    target: str = ""
    """Where a link or twin points."""
    content: IO[bytes] | None = None
    """Of a file; to be read before the next entry is asked for."""


def entries(archive: Path) -> Iterator[Entry]:
    """Return every entry; raises the errors of tarfile, zipfile and their compressions for a damaged archive."""
    return _of_zip(archive) if zipfile.is_zipfile(archive) else _of_tar(archive)


def _of_zip(archive: Path) -> Iterator[Entry]:
    with zipfile.ZipFile(archive) as file:
        for info in file.infolist():
            mode = info.external_attr >> 16
            if info.is_dir():
                yield Entry(info.filename, "folder")
            elif stat.S_ISLNK(mode):
                yield Entry(info.filename, "link", target=file.read(info).decode(errors="surrogateescape"))
            elif stat.S_IFMT(mode) in (0, stat.S_IFREG):
                with file.open(info) as content:
                    yield Entry(info.filename, "file", info.file_size, bool(mode & stat.S_IXUSR), content=content)
            else:
                yield Entry(info.filename, "a device or pipe")


def _of_tar(archive: Path) -> Iterator[Entry]:
    with tarfile.open(archive, "r:*") as file:
        for info in file:
            if info.isdir():
                yield Entry(info.name, "folder")
            elif info.issym() or info.islnk():
                yield Entry(info.name, "link" if info.issym() else "twin", target=info.linkname)
            elif info.isreg():
                executable = bool(info.mode & stat.S_IXUSR)
                yield Entry(info.name, "file", info.size, executable, content=file.extractfile(info))
            else:
                yield Entry(info.name, "a device or pipe")
        _require_end(file)


def _require_end(file: tarfile.TarFile) -> None:
    """A tar ends with empty blocks; tarfile takes a missing or unreadable entry for the end and says nothing."""
    if file.fileobj is None:
        return
    file.fileobj.seek(file.offset)
    rest = file.fileobj.read(1 << 30)
    if not rest or rest.strip(b"\0"):
        raise tarfile.ReadError("its end is missing or unreadable")
