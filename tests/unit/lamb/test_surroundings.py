"""What a container of LAMB's asks of its surroundings: folders, databases, other services."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest
import surroundings


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE people (email TEXT, role TEXT)")
        connection.execute("INSERT INTO people VALUES ('a@b.pt', 'admin')")
    return path


@pytest.fixture
def writer(database: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who writes at this moment."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield connection
        connection.execute("ROLLBACK")


def test_a_folder_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    assert surroundings.folder_problem(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_or_none_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("missing", "file"):
        said = surroundings.folder_problem(tmp_path / name)
        assert said is not None
        assert said.startswith(f"{tmp_path / name}: cannot be written: ")


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("surroundings.os.fsync", full)
    assert surroundings.folder_problem(tmp_path) == f"{tmp_path}: cannot be written: No space left on device"


def test_a_database_is_looked_at_and_left_as_it_was(database: Path) -> None:
    before = database.read_bytes()
    assert surroundings.database_problem(database) is None
    assert database.read_bytes() == before
    assert [path.name for path in database.parent.iterdir()] == ["some.db"]


def test_a_database_that_is_missing_is_not_made(tmp_path: Path) -> None:
    assert surroundings.database_problem(tmp_path / "no.db") == f"{tmp_path / 'no.db'}: is missing"
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    path.write_bytes(b"no database at all, of some length" * 100)
    assert surroundings.database_problem(path) == f"{path}: cannot be written: file is not a database"


def test_a_database_that_may_only_be_read_is_told(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = surroundings._opened
    monkeypatch.setattr(surroundings, "_opened", lambda path, _: opened(path, "ro"))
    said = surroundings.database_problem(database)
    assert said == f"{database}: cannot be written: attempt to write a readonly database"


def test_somebody_who_writes_is_no_problem(
    database: Path, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "LOCK_SECONDS", 0)
    assert writer.in_transaction
    assert surroundings.database_problem(database) is None
    assert surroundings.rows_problem(database, "SELECT 1 FROM people", (), "somebody") is None


def test_a_row_is_found_or_told_as_missing(database: Path) -> None:
    question = "SELECT 1 FROM people WHERE email = ?"
    assert surroundings.rows_problem(database, question, ("a@b.pt",), "the administrator") is None
    assert surroundings.rows_problem(database, question, ("b@b.pt",), "the administrator") == (
        f"{database}: the administrator is missing"
    )
    said = surroundings.rows_problem(database, "SELECT 1 FROM nobody", (), "the administrator")
    assert said == f"{database}: the administrator cannot be looked for: no such table: nobody"


def test_columns_are_none_where_there_is_no_table_yet(database: Path) -> None:
    assert surroundings.columns(database, "people") == {"email", "role"}
    assert surroundings.columns(database, "user") == set()
    assert surroundings.columns(database.with_name("no.db"), "user") == set()


class Answers:
    """Stands in for the opener: answers with these bytes, or fails so."""

    def __init__(self, said: bytes | Exception) -> None:
        self._said = said

    def open(self, url: str, timeout: float) -> io.BytesIO:
        if isinstance(self._said, Exception):
            raise self._said
        return io.BytesIO(self._said)


def refused() -> HTTPError:
    return HTTPError("u", 503, "no", Message(), io.BytesIO(b'{"status":"unready"}\n'))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b'{"status":true}', None),
        (b"<html>", "http://kb:9090/health: answers without 'true'"),
        (refused(), 'http://kb:9090/health: answers 503: {"status":"unready"}'),
        (URLError("Name or service not known"), "http://kb:9090/health: does not answer: Name or service not known"),
        (TimeoutError("timed out"), "http://kb:9090/health: does not answer: timed out"),
        (ValueError("unknown url type"), "http://kb:9090/health: does not answer: unknown url type"),
    ],
)
def test_a_service_answers_or_it_is_told_why_not(
    said: bytes | Exception, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "_DIRECT", Answers(said))
    assert surroundings.answer_problem("http://kb:9090/health", b"true") == told


def test_every_problem_is_told_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert surroundings.told([None, "one", None, "two"]) == 1
    assert capsys.readouterr().out == "one\ntwo\n"
    assert surroundings.told([None]) == 0
    assert capsys.readouterr().out == ""
