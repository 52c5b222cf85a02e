"""Files: copied byte for byte, hashed, and given to the user that the new stack runs as."""

import hashlib
import os
import stat
from pathlib import Path

CHUNK = 1 << 20


def copy(source: Path, target: Path) -> str:
    """Copy a file with its mode and times; returns the sha256 of what was read."""
    digest = hashlib.sha256()
    with source.open("rb") as old, target.open("xb") as new:
        while chunk := old.read(CHUNK):
            digest.update(chunk)
            new.write(chunk)
        state = os.fstat(old.fileno())
    target.chmod(stat.S_IMODE(state.st_mode))
    os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))
    return digest.hexdigest()


def sha256(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def give(top: Path, user: int, group: int) -> None:
    """Make a user the owner of a folder and all below it, who can read and write every file of it."""
    _give(top, user, group)
    for folder, folders, names in os.walk(top):
        for name in (*folders, *names):
            _give(Path(folder) / name, user, group)


def _give(path: Path, user: int, group: int) -> None:
    os.chown(path, user, group, follow_symlinks=False)
    mode = path.lstat().st_mode
    if not stat.S_ISLNK(mode):
        own = stat.S_IRWXU if stat.S_ISDIR(mode) else stat.S_IRUSR | stat.S_IWUSR
        path.chmod((stat.S_IMODE(mode) | own) & 0o777)
