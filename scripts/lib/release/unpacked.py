"""Which unpacked releases stay in the cache: those in use, and of the others the ones used last. One takes 160 MB."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

KEPT = 2


def folder(cache: Path) -> Path:
    """Where unpacked releases lie: a folder each, and beside it a lock for who makes or removes it."""
    return cache / "releases"


def lock(place: Path, seconds: float = -1) -> FileLock:
    """Return the lock of one release, to be held while it is made or removed; `seconds` to wait, for ever where < 0."""
    return FileLock(place.with_suffix(".lock"), timeout=seconds)


def use(place: Path) -> int:
    """Mark a release as used now; returns a descriptor that keeps it from being removed until it is closed."""
    os.utime(place)
    held = os.open(place, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_SH)
    return held


def trim(cache: Path) -> dict[str, int]:
    """Remove what is not kept, and what a killed run left half made; returns name -> bytes of what has gone."""
    there = [path for path in folder(cache).glob("*") if path.is_dir()]
    whole = sorted((path for path in there if path.suffix != ".part"), key=_used, reverse=True)
    going = [*whole[KEPT:], *(path for path in there if path.suffix == ".part")]
    return {path.name: size for path in going if (size := _remove(path)) is not None}


def _used(place: Path) -> float:
    return place.stat().st_mtime if place.exists() else 0.0


def _remove(place: Path) -> int | None:
    """Remove a release and return its bytes; None where a run makes or uses it."""
    try:
        with lock(place, 0), _alone(place):
            size = sum(path.lstat().st_size for path in place.rglob("*") if path.is_file())
            shutil.rmtree(place)
            return size
    except (Timeout, BlockingIOError, FileNotFoundError):
        return None


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Raise BlockingIOError where somebody uses the release."""
    held = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(held)
