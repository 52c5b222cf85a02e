"""Whether somebody has a database of the old folder open: the locks are looked at, none is kept, nothing is written."""

import fcntl
import struct
from collections.abc import Iterator
from pathlib import Path

DATABASE = (0x4000_0000, 512)
"""Bytes of a database that SQLite locks while it reads or writes."""
SHARED = (120, 9)
"""Bytes of the -shm file that it locks as long as a database with a write-ahead log is open."""
_FLOCK = "hhlli"


def holders(database: Path) -> Iterator[str]:
    """Word what is locked of a database; nothing where nobody has it open in a way that can be seen."""
    for path, place in ((database, DATABASE), (database.with_name(database.name + "-shm"), SHARED)):
        if path.is_file() and _is_locked(path, *place):
            yield path.name


def is_held(path: Path) -> bool:
    """Tell whether a program has locked a whole file for itself, as the library manager does with its `.lock`."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _is_locked(path: Path, start: int, length: int) -> bool:
    """Ask the kernel whether a lock of ours would have to wait there; none is taken."""
    with path.open("rb") as file:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, 0, start, length, 0)
        answer = struct.unpack_from(_FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, asked))
    return bool(answer[0] != fcntl.F_UNLCK)
