"""A database of whose files one may only be read: told, and nobody leaves more such files beside it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import surroundings


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database in WAL mode that nobody has open, as LAMB's is between two requests."""
    path = tmp_path / "lamb.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (a)")
    return path


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_it_is_told_and_left_as_it_was(database: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    shut = database.with_name(database.name + suffix)
    shut.touch()
    before = sorted(database.parent.iterdir())
    may = os.access
    monkeypatch.setattr("surroundings.os.access", lambda path, mode: Path(path) != shut and may(path, mode))
    said = surroundings.database_problem(database)
    assert said == f"{database}: cannot be written: {shut.name} may be read alone"
    asked = surroundings.rows_problem(database, "SELECT a FROM t", (), "a row")
    assert asked == f"{database}: a row cannot be looked for: {shut.name} may be read alone"
    assert sorted(database.parent.iterdir()) == before
