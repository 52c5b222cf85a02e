"""Folders for work in progress. Each is removed at its end; what a killed run left, the next one removes.

A folder belongs to a run that lives while its lock is held, and the kernel frees that lock however a run ends.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock


@contextmanager
def scratch(cache: Path) -> Iterator[Path]:
    """Give a fresh folder below `cache`, on whose disk what is made in it can be renamed to its place."""
    top, locks = cache / "scratch", cache / "locks"
    for folder in (top, locks):
        folder.mkdir(parents=True, exist_ok=True)
    with FileLock(locks / "scratch"):
        _sweep(top)
        folder = Path(tempfile.mkdtemp(dir=top))
        held = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        os.close(held)


def _sweep(top: Path) -> None:
    for folder in top.iterdir():
        try:
            held = _hold(folder)
        except BlockingIOError:
            continue  # its run lives
        except FileNotFoundError:
            continue  # its run has just ended
        shutil.rmtree(folder, ignore_errors=True)  # another user's stays
        os.close(held)


def _hold(folder: Path) -> int:
    """Lock a folder until the descriptor is closed; raises BlockingIOError where somebody has it."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(held)
        raise
    return held
