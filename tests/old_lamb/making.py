"""Makes SQLite databases as running programs leave them: whole, with a log not yet taken over, or broken off."""

import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def whole(path: Path, tables: Mapping[str, str], rows: Rows, *more: str) -> None:
    """Make a database with a journal that is deleted after each change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        fill(connection, tables, rows, *more)


def with_log(path: Path, tables: Mapping[str, str], rows: Rows, late: Rows) -> None:
    """Make a database whose `late` rows stand in its write-ahead log alone, as after a power cut."""
    making = path.parent / "making"
    making.mkdir(parents=True)
    with closing(sqlite3.connect(making / path.name)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        fill(connection, tables, rows)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        fill(connection, {}, late)
        for file in sorted(making.iterdir()):
            shutil.copy2(file, path.parent / file.name)
    shutil.rmtree(making)


def broken_off(path: Path, table: str) -> None:
    """Leave a database as a program does that is killed while it empties a table: changed, with a hot journal."""
    making = path.parent / "making"
    making.mkdir()
    shutil.copy2(path, making / path.name)
    with closing(sqlite3.connect(making / path.name, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"DELETE FROM {table}")
        connection.execute("CREATE TABLE filler (text TEXT)")
        connection.executemany("INSERT INTO filler VALUES (?)", [("x" * 900,)] * 400)
        for file in sorted(making.iterdir()):
            shutil.copy2(file, path.parent / file.name)
        connection.execute("ROLLBACK")
    shutil.rmtree(making)


def fill(connection: sqlite3.Connection, tables: Mapping[str, str], rows: Rows, *more: str) -> None:
    """Make tables and rows, each row told by its columns."""
    with connection:
        for name, columns in tables.items():
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
        for statement in more:
            connection.execute(statement)
        for name, every in rows.items():
            for row in every:
                columns = ", ".join(f'"{column}"' for column in row)
                marks = ", ".join("?" * len(row))
                insert = f'INSERT INTO "{name}" ({columns}) VALUES ({marks})'
                connection.execute(insert, tuple(row.values()))
