"""A program that runs in an image of the product: copies a folder while others write to it, or says what it holds.

`copy FROM TO` copies what lies in a folder, owners, modes and times kept. A SQLite database is taken over SQLite's own
backup interface, so that what stands in its write-ahead log comes with it; its side files are left out. Other files
that change meanwhile are taken again, until nothing changed during one pass. `look FOLDER` reads, `clear FOLDER`
removes what lies in each of its folders. All print one JSON object; the first two: every folder and file with owner and
mode, each file's hash, the rows of every table of each database, and what would not come to rest. Only the standard
library of Python 3.10 or newer is needed; FROM may be mounted read-only.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import sys
import tempfile
import urllib.parse
from pathlib import Path

PASSES = 5
"""After so many, what still changes is told instead of taken again."""
MAGIC = b"SQLite format 3\x00"
SIDE_FILES = ("-wal", "-shm", "-journal")
BUSY_SECONDS = 60
Seen = dict[str, tuple[int, ...]]
"""Path below the folder -> what tells that it changed."""


def copy(source: Path, target: Path) -> dict[str, object]:
    """Copy a folder into another, and say what was copied."""
    taken: Seen = {}
    _liken(source.lstat(), target)
    for _ in range(PASSES):
        before = _seen(source)
        _remove_gone(target, before)
        for name in before:
            if taken.get(name) != before[name] or _is_database(source / name):
                _take(source / name, target / name)
        taken = {name: about for name, about in before.items() if os.path.lexists(target / name)}
        if taken == before and _at_rest(source, before):
            return look(target, [])
    after = _seen(source)
    return look(target, sorted(n for n in {*taken, *after} if taken.get(n) != after.get(n)))


def look(folder: Path, restless: list[str]) -> dict[str, object]:
    """Say what a folder holds; `restless` are files of which it may hold half of a change."""
    names = _walk(folder)
    folders = [name for name in names if _is_folder(folder / name)]
    files = [name for name in names if name not in {*folders}]
    return {
        "databases": {name: _rows(folder / name) for name in files if _is_database(folder / name)},
        "folders": {name: _about(folder / name) for name in folders},
        "files": {name: _about(folder / name) | {"sha256": _hash(folder / name)} for name in files},
        "restless": restless,
    }


def clear(folder: Path) -> dict[str, object]:
    """Remove what lies in each of a folder's own folders, which stay."""
    found = [path for place in folder.iterdir() for path in place.iterdir()]
    for path in found:
        if _is_folder(path):
            shutil.rmtree(path)
        else:
            path.unlink()
    return {"removed": len(found)}


def _walk(folder: Path) -> list[str]:
    """Every folder and file below a folder, folders first; neither side files of databases nor sockets and the like."""
    found = []
    for top, folders, files in os.walk(folder):
        for name in (*sorted(folders), *sorted(files)):
            path = Path(top) / name
            if _is_kept(path) and not _is_side_file(path):
                found.append(str(path.relative_to(folder)))
    return found


def _is_kept(path: Path) -> bool:
    about = _state(path)
    return about is not None and any(kind(about.st_mode) for kind in (stat.S_ISREG, stat.S_ISDIR, stat.S_ISLNK))


def _state(path: Path) -> os.stat_result | None:
    """Return what is known of a file or folder itself, None where it has gone meanwhile."""
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _seen(folder: Path) -> Seen:
    found: Seen = {}
    for name in _walk(folder):
        about = _state(folder / name)
        if about is None:
            continue
        kept = (about.st_mode, about.st_uid, about.st_gid)
        found[name] = kept if stat.S_ISDIR(about.st_mode) else (*kept, about.st_size, about.st_mtime_ns, about.st_ino)
    return found


def _at_rest(source: Path, before: Seen) -> bool:
    """Tell whether nothing but databases, which come whole whenever they are taken, changed since."""
    after = _seen(source)
    return all(
        before.get(name) == after.get(name) or (name in after and _is_database(source / name))
        for name in {*before, *after}
    )


def _remove_gone(target: Path, wanted: Seen) -> None:
    for name in reversed(_walk(target)):
        path = target / name
        if name in wanted:
            continue
        if _is_folder(path):
            path.rmdir()
        else:
            path.unlink()


def _take(source: Path, target: Path) -> None:
    """Copy one folder (itself, not what is in it), link, database or file.

    What is gone by now is no failure; what of it is not in the copy then is seen after the pass.
    """
    try:
        about = source.lstat()
        if stat.S_ISDIR(about.st_mode):
            target.mkdir(exist_ok=True)
        elif stat.S_ISLNK(about.st_mode):
            target.unlink(missing_ok=True)
            target.symlink_to(source.readlink())
        elif _is_database(source):
            _take_database(source, target)
        else:
            shutil.copyfile(source, target)
    except FileNotFoundError:
        return
    _liken(about, target)


def _liken(about: os.stat_result, target: Path) -> None:
    """Give a copy the owner, mode and times of what it is a copy of."""
    os.chown(target, about.st_uid, about.st_gid, follow_symlinks=False)
    if not stat.S_ISLNK(about.st_mode):
        target.chmod(stat.S_IMODE(about.st_mode))
        os.utime(target, ns=(about.st_atime_ns, about.st_mtime_ns))


def _take_database(source: Path, target: Path) -> None:
    """Take a database as it is at one moment, beside those who use it.

    One that nobody uses cannot always be opened where it may not be written to: then its files are what there is.
    """
    target.unlink(missing_ok=True)
    try:
        _backup(source, target, "?mode=ro")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise
        target.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            _backup(_files_of(source, Path(folder)), target, "")


def _files_of(source: Path, folder: Path) -> Path:
    """Copy a database's files as they are into a folder, of one moment; raises OSError where somebody uses it now."""
    files = [source, *(source.with_name(source.name + end) for end in SIDE_FILES)]
    for _ in range(PASSES):
        before = [_moment(file) for file in files]
        for file in files:
            (folder / file.name).unlink(missing_ok=True)
            if file.exists():
                shutil.copyfile(file, folder / file.name)
        if before[0] is None:
            raise FileNotFoundError(source)
        if before == [_moment(file) for file in files]:
            return folder / source.name
    raise OSError(f"{source} changes and cannot be opened")


def _moment(file: Path) -> tuple[int, int, int] | None:
    """Return what tells that a file changed, None where there is none."""
    about = _state(file)
    return None if about is None else (about.st_size, about.st_mtime_ns, about.st_ino)


def _backup(source: Path, target: Path, how: str) -> None:
    address = f"file:{urllib.parse.quote(str(source))}{how}"
    read = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
    write = sqlite3.connect(target)
    try:
        read.backup(write)
    finally:
        write.close()
        read.close()


def _rows(path: Path) -> dict[str, int]:
    """Return how many rows each table of a database has; raises DatabaseError where it is damaged."""
    connection = sqlite3.connect(path)
    try:
        (state,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if state != "ok":
            raise sqlite3.DatabaseError(f"{path}: {state}")
        wanted = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        names = [name for (name,) in connection.execute(wanted)]
        quoted = {name: name.replace('"', '""') for name in names}
        return {name: connection.execute(f'SELECT count(*) FROM "{quoted[name]}"').fetchone()[0] for name in names}  # noqa: S608
    finally:
        connection.close()


def _about(path: Path) -> dict[str, object]:
    about = path.lstat()
    return {"owner": f"{about.st_uid}:{about.st_gid}", "mode": f"{about.st_mode:06o}"}


def _hash(path: Path) -> str:
    seen = hashlib.sha256()
    if path.is_symlink():
        seen.update(str(path.readlink()).encode())
        return seen.hexdigest()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            seen.update(block)
    return seen.hexdigest()


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_database(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except FileNotFoundError:  # it has gone meanwhile
        return False


def _is_side_file(path: Path) -> bool:
    """Tell whether a file belongs to a database that is there: its log, its index of that, its journal."""
    end = next((end for end in SIDE_FILES if path.name.endswith(end)), None)
    return end is not None and _is_database(path.with_name(path.name.removesuffix(end)))


def main(what: str, *places: str) -> None:
    """Do what the command line says."""
    first, *others = map(Path, places)
    said = copy(first, *others) if what == "copy" else clear(first) if what == "clear" else look(first, [])
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
