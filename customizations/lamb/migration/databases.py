"""SQLite databases: copied with their log, looked at, and written anew by SQLite's own backup.

No file of the old folder is ever opened by SQLite, which would touch what lies beside it; `immutable` would leave out
what only the write-ahead log holds. So the files are copied, and SQLite opens the copy, which takes the log over or
rolls a broken-off change back, as it would have done in the old stack.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import files, parts

_SHADOWS = ("data", "idx", "content", "docsize", "config")
"""What FTS5 keeps below a table for full-text search; how many rows that has says nothing."""


@dataclass(frozen=True)
class Contents:
    """What a database holds."""

    tables: dict[str, int]
    """Table -> its rows."""
    complaints: tuple[str, ...]
    """What SQLite's integrity check says; nothing where it is well."""


def copied(source: Path, folder: Path) -> tuple[Path, dict[str, str]]:
    """Copy a database's files, which nobody may write to, into a folder; returns the copy, and each file's sha256."""
    folder.mkdir(parents=True)
    hashes = {path.name: files.copy(path, folder / path.name) for path in (source, *parts.log_of(source))}
    return folder / source.name, hashes


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database of our own. Texts that are no UTF-8 are kept as they are."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.text_factory = _text
        yield connection


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def contents(connection: sqlite3.Connection) -> Contents:
    """Count the rows of every table and let SQLite check the whole database."""
    try:
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
        rows = {name: _count(connection, name) for name in tables(connection)}
    except sqlite3.DatabaseError as error:
        return Contents({}, (str(error),))
    return Contents(rows, () if said == ["ok"] else tuple(said))


def tables(connection: sqlite3.Connection) -> list[str]:
    """Return every table but those that SQLite's full-text search keeps for itself."""
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"))
    searched = [name for name, sql in found.items() if _is_search(sql)]
    shadows = {f"{name}_{end}" for name in searched for end in _SHADOWS}
    return [name for name in found if name not in shadows]


def _is_search(sql: str | None) -> bool:
    words = (sql or "").lower()
    return words.startswith("create virtual table") and "fts5" in words


def texts(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns of a table that can hold text and be written."""
    found = connection.execute(f"PRAGMA table_xinfo({quoted(table)})")
    return [str(row[1]) for row in found if row[6] == 0]


def backup(source: Path, target: Path) -> None:
    """Write a database anew with everything that the source holds, log included."""
    with opened(source) as old, opened(target) as new:
        old.backup(new)


def quoted(name: str) -> str:
    """Word a name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def _count(connection: sqlite3.Connection, table: str) -> int:
    (found,) = connection.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()  # noqa: S608  our own quoting
    return int(found)
