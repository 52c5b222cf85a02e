"""What a container asks of its surroundings. Every question is answered with a problem in words, or None.

Only the standard library: this runs in every image of the stack, also as its health check.
"""

import os
import sqlite3
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

ANSWER_SECONDS = 3
LOCK_SECONDS = 1
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""The services of the stack reach each other directly, whatever proxy the container is given for the outside."""


def folder_problem(folder: Path) -> str | None:
    """Tell why no file can be written in `folder`: it is missing, read-only, full or another user's."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".ready-") as file:
            file.write(b"ready")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return f"{folder}: cannot be written: {error.strerror or error}"
    return None


def database_problem(path: Path) -> str | None:
    """Tell why the SQLite database at `path` cannot be written; nothing is changed in it.

    Somebody else who writes at this moment is no problem.
    """
    if not path.is_file():
        return f"{path}: is missing"
    if shut := _read_only(path):
        return f"{path}: cannot be written: {shut} may be read alone"
    try:
        with closing(_opened(path, "rw")) as connection:
            # A file that may only be read is opened all the same, and even locked; only a change is refused.
            connection.execute("BEGIN IMMEDIATE")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {version}")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        return None if _is_busy(error) else f"{path}: cannot be written: {error}"
    return folder_problem(path.parent)


def _read_only(path: Path) -> str | None:
    """Return the name of the first of a database's files that this process may not write.

    SQLite takes the write lock of a WAL database that it can only read. Whoever opens such a one, if only to read,
    leaves files beside it that may be read alone, too, and stay so.
    """
    beside = (path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm"))
    return next((one.name for one in (path, *beside) if one.exists() and not os.access(one, os.W_OK)), None)


def rows_problem(path: Path, question: str, given: tuple[str, ...], wanted: str) -> str | None:
    """Tell that the query `question` of the database at `path` answers nothing; `wanted` says what is missing then."""
    if shut := _read_only(path):
        return f"{path}: {wanted} cannot be looked for: {shut} may be read alone"
    try:
        with closing(_opened(path, "ro")) as connection:
            found = connection.execute(question, given).fetchone()
    except sqlite3.Error as error:
        return None if _is_busy(error) else f"{path}: {wanted} cannot be looked for: {error}"
    return None if found else f"{path}: {wanted} is missing"


def columns(path: Path, table: str) -> set[str]:
    """Return the columns of a table; none where the table, the database or its file is not there (yet)."""
    if not path.is_file():
        return set()
    try:
        with closing(_opened(path, "ro")) as connection:
            return {row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
    except sqlite3.Error:
        return set()


def answer_problem(url: str, contains: bytes = b"") -> str | None:
    """Tell why `url` does not answer 200 with `contains` in it."""
    try:
        with _DIRECT.open(url, timeout=ANSWER_SECONDS) as answer:
            body = answer.read()
    except urllib.error.HTTPError as error:
        said = error.read(500).decode(errors="replace").strip()
        return f"{url}: answers {error.code}" + (f": {said}" if said else "")
    except (OSError, ValueError) as error:
        return f"{url}: does not answer: {getattr(error, 'reason', error)}"
    return None if contains in body else f"{url}: answers without {contains.decode()!r}"


def told(problems: Iterable[str | None]) -> int:
    """Print every problem on a line of its own; return the exit code of a health check: 0 without any, else 1."""
    found = [problem for problem in problems if problem]
    for problem in found:
        print(problem, flush=True)
    return 1 if found else 0


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=LOCK_SECONDS, isolation_level=None)


def _is_busy(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
