"""The content-addressed cache of downloads: `<cache>/sha256/ab/abcd…`, shared by all checkouts of this user.

What is in it is either whole or absent: it is written beside, hashed, then renamed. On every look it is hashed again,
unless size, time and inode are those of the last time; before it is used it is hashed in any case, for a disk may lose
a bit and say nothing. What no longer has its hash is removed and brought anew.
"""

import errno
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from scripts.lib import console
from scripts.lib.errors import GateRefused, ResourceMissing
from scripts.lib.scratch import scratch


def place(cache: Path, sha256: str) -> Path:
    """Where the content with this hash lies, or would."""
    return cache / "sha256" / sha256[:2] / sha256


def find(cache: Path, sha256: str, *, hashed: bool = False) -> Path | None:
    """Return the path of this content, verified; None where it is not there. Damaged content is removed.

    With `hashed` it is hashed although it looks as it did when it was last.
    """
    path = place(cache, sha256)
    if not path.is_file():
        return None
    if not hashed and _seen(path) == _look(path):
        return path
    if hash_of(path) == sha256:
        _remember(path)
        return path
    console.note(f"  {path} is damaged and was removed; it is brought anew")
    path.unlink(missing_ok=True)
    return None


def bring(cache: Path, sha256: str, what: str, write: Callable[[Path], None]) -> Path:
    """Return this content from the cache, else let `write` put it there.

    Two runs that want the same wait for each other. Raises GateRefused where what was written has another hash.
    """
    with _locked(cache, sha256):
        found = find(cache, sha256)
        if found:
            return found
        path, given = _take_in(cache, write, sha256)
    if given != sha256:
        raise GateRefused(
            f"{what} has sha256 {given}, not {sha256} as it was promised",
            hint="find out who changed it; a change that is meant is taken by: invoke update",
        )
    return path


def add(cache: Path, write: Callable[[Path], None]) -> str:
    """Take in what `write` writes, whatever it is, and return its sha256."""
    return _take_in(cache, write, None)[1]


def name(cache: Path, key: str, sha256: str) -> None:
    """Remember under which hash something lies that is known by another name, such as a commit."""
    path = cache / "names" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sha256)  # half a hash is found nowhere, so it does no harm


def named(cache: Path, key: str, *, hashed: bool = False) -> Path | None:
    """Return the path of the content known by `key`, verified as in `find`; None where it is not there."""
    path = cache / "names" / key
    return find(cache, path.read_text(), hashed=hashed) if path.is_file() else None


def forget(cache: Path, key: str) -> None:
    """Remove the content known by `key`, and the name."""
    label = cache / "names" / key
    content = place(cache, label.read_text())
    label.unlink()
    content.unlink(missing_ok=True)
    content.with_suffix(".verified").unlink(missing_ok=True)


def hash_of(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _take_in(cache: Path, write: Callable[[Path], None], wanted: str | None) -> tuple[Path, str]:
    """Let `write` write a part file and rename it to its hash; where another hash is wanted nothing stays."""
    try:
        with scratch(cache) as folder:
            part = folder / "part"
            write(part)
            sha256 = hash_of(part)
            path = place(cache, sha256)
            if wanted in (None, sha256):
                path.parent.mkdir(parents=True, exist_ok=True)
                part.replace(path)
                _remember(path)
        return path, sha256
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ResourceMissing(f"the disk of the cache {cache} is full", hint="free some, or set CACHE") from None
        raise


@contextmanager
def _locked(cache: Path, sha256: str) -> Iterator[None]:
    locks = cache / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    lock = FileLock(locks / sha256)
    try:
        lock.acquire(timeout=0.2)
    except Timeout:
        console.note("  another run brings the same; waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _look(path: Path) -> str:
    """What changes when a file's content does: size, time of the last write, inode."""
    stat = path.stat()
    return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"


def _seen(path: Path) -> str | None:
    mark = path.with_suffix(".verified")
    return mark.read_text() if mark.is_file() else None


def _remember(path: Path) -> None:
    path.with_suffix(".verified").write_text(_look(path))  # half of it says nothing: the content is hashed again
