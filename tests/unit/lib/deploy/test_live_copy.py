"""What is copied beside those who write: databases whole, files at rest, nothing that is half."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scripts.lib.deploy import live_copy


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return folder(tmp_path / "from")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return folder(tmp_path / "to")


def folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def in_use(path: Path) -> sqlite3.Connection:
    """A database in whose log, not in itself, everything stands that was written."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute('CREATE TABLE "a ""table" (value TEXT)')
    return connection


def add(connection: sqlite3.Connection, count: int) -> None:
    connection.executemany('INSERT INTO "a ""table" VALUES (?)', [("x" * 100,)] * count)


def found(said: dict[str, Any]) -> dict[str, Any]:
    said_again: dict[str, Any] = json.loads(json.dumps(said))
    return said_again


def test_what_stands_only_in_a_databases_log_comes_with_it_and_its_side_files_do_not(
    source: Path, target: Path
) -> None:
    with closing(in_use(source / "app.db")) as connection:
        add(connection, 50)
        said = found(live_copy.copy(source, target))
    assert said["databases"] == {"app.db": {'a "table': 50}}
    assert sorted(said["files"]) == ["app.db"] == sorted(path.name for path in target.iterdir())
    with closing(sqlite3.connect(target / "app.db")) as copied:
        assert copied.execute('SELECT count(*) FROM "a ""table"').fetchone() == (50,)


def test_what_is_not_committed_is_not_copied(source: Path, target: Path) -> None:
    with closing(in_use(source / "app.db")) as connection:
        add(connection, 3)
        connection.execute("BEGIN")
        add(connection, 4)
        assert found(live_copy.copy(source, target))["databases"] == {"app.db": {'a "table': 3}}


def test_files_folders_and_links_come_with_mode_and_time(source: Path, target: Path) -> None:
    folder(source / "uploads/1").chmod(0o750)
    (source / "uploads/1/a.pdf").write_bytes(b"%PDF")
    (source / "uploads/1/a.pdf").chmod(0o640)
    os.utime(source / "uploads/1/a.pdf", (1, 1))
    (source / "latest").symlink_to("uploads/1/a.pdf")
    os.mkfifo(source / "pipe")
    said = found(live_copy.copy(source, target))
    assert said == found(live_copy.look(source, []))
    assert said["files"]["latest"]["sha256"] != said["files"]["uploads/1/a.pdf"]["sha256"]
    assert {name: one["mode"] for name, one in said["folders"].items()} == {"uploads": "040755", "uploads/1": "040750"}
    assert (target / "latest").readlink() == Path("uploads/1/a.pdf")
    assert (target / "uploads/1/a.pdf").stat().st_mtime == 1
    assert not (target / "pipe").exists()


def test_a_file_like_a_side_file_without_its_database_is_a_file(source: Path, target: Path) -> None:
    (source / "notes-wal").write_text("mine")
    (source / "notes").write_text("no database")
    assert sorted(found(live_copy.copy(source, target))["files"]) == ["notes", "notes-wal"]


def changing(monkeypatch: pytest.MonkeyPatch, change: Any, times: int) -> list[str]:
    """Let something happen after each of the first files that are taken."""
    take, done = live_copy._take, list[str]()

    def meanwhile(path: Path, copied: Path) -> None:
        take(path, copied)
        if len(done) < times and not path.is_dir():
            done.append(path.name)
            change()

    monkeypatch.setattr(live_copy, "_take", meanwhile)
    return done


def test_what_changes_while_it_is_copied_is_copied_again_and_what_goes_is_gone(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source / "a").write_text("old")
    (source / "b").write_text("old")
    folder(source / "c")

    def change() -> None:
        (source / "a").write_text("new")
        (source / "b").unlink()
        (source / "c").rmdir()
        (source / "d").write_text("more")

    changing(monkeypatch, change, 1)
    said = found(live_copy.copy(source, target))
    assert (sorted(said["files"]), said["folders"], said["restless"]) == (["a", "d"], {}, [])
    assert (target / "a").read_text() == "new"


def test_what_never_comes_to_rest_is_told(source: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source / "log").write_text("")
    (source / "quiet").write_text("")

    def grow() -> None:
        with (source / "log").open("a") as file:
            file.write("x")

    done = changing(monkeypatch, grow, 1000)
    assert found(live_copy.copy(source, target))["restless"] == ["log"]
    assert done.count("log") == live_copy.PASSES


def test_a_database_that_goes_on_is_at_rest_for_it_comes_whole(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(in_use(source / "app.db")) as connection:
        changing(monkeypatch, lambda: add(connection, 1), 1000)
        assert found(live_copy.copy(source, target))["restless"] == []


@pytest.mark.parametrize("opened", [True, False])
def test_a_database_that_cannot_be_opened_where_it_lies_is_taken_by_its_files(
    source: Path, target: Path, opened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = live_copy._backup

    def refuse(path: Path, copied: Path, how: str) -> None:
        if how and not opened:
            raise sqlite3.OperationalError("unable to open database file")
        backup(path, copied, how)

    monkeypatch.setattr(live_copy, "_backup", refuse)
    with closing(in_use(source / "app.db")) as connection:
        add(connection, 7)
        assert found(live_copy.copy(source, target))["databases"] == {"app.db": {'a "table': 7}}
    assert sorted(path.name for path in target.iterdir()) == ["app.db"]


def test_a_damaged_database_is_refused(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source / "app.db")) as connection:
        connection.execute("CREATE TABLE a (value TEXT)")
        connection.execute("CREATE INDEX b ON a (value)")
        connection.executemany("INSERT INTO a VALUES (?)", [(f"{number}" * 50,) for number in range(500)])
        connection.commit()
    data = bytearray((source / "app.db").read_bytes())
    data[4096 * 3 : 4096 * 4] = os.urandom(4096)
    (source / "app.db").write_bytes(data)
    with pytest.raises(sqlite3.DatabaseError):
        live_copy.copy(source, target)


def test_what_lies_in_each_folder_is_cleared_and_the_folders_stay(source: Path) -> None:
    for name in ("data/deep/er", "static"):
        folder(source / name)
    (source / "data/deep/er/file").write_text("x")
    (source / "static/link").symlink_to(source)
    assert live_copy.clear(source) == {"removed": 2}
    assert sorted(str(path.relative_to(source)) for path in source.rglob("*")) == ["data", "static"]


def test_the_program_says_one_object(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live_copy.main("look", str(source))
    assert json.loads(capsys.readouterr().out) == {"databases": {}, "files": {}, "folders": {}, "restless": []}


def test_a_journal_that_comes_and_goes_while_it_is_looked_at_is_no_failure(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a database without a write-ahead log has one for every change."""
    with closing(sqlite3.connect(source / "app.db")) as connection, connection:
        connection.execute("CREATE TABLE said (value TEXT)")
    walk = os.walk

    def late(folder: Path) -> Any:
        for top, folders, files in walk(folder):
            yield top, folders, [*files, *(["app.db-journal", "gone"] if Path(top) == source else [])]

    monkeypatch.setattr(os, "walk", late)
    said = found(live_copy.copy(source, target))
    assert (sorted(said["files"]), said["restless"]) == (["app.db"], [])


def test_a_database_that_could_not_be_taken_in_one_pass_is_in_the_next(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(in_use(source / "app.db")) as connection:
        add(connection, 5)
    files_of, broken = live_copy._files_of, list[Path]()

    def unreadable(path: Path, copied: Path, how: str, backup: Any = live_copy._backup) -> None:
        if how == "?mode=ro":
            raise sqlite3.OperationalError("unable to open database file")
        backup(path, copied, how)

    def one_goes(path: Path, folder: Path) -> Path:
        if not broken:
            broken.append(path)
            raise FileNotFoundError(f"{path}-wal")
        return files_of(path, folder)

    monkeypatch.setattr(live_copy, "_backup", unreadable)
    monkeypatch.setattr(live_copy, "_files_of", one_goes)
    said = found(live_copy.copy(source, target))
    assert (said["databases"], said["restless"]) == ({"app.db": {'a "table': 5}}, [])


def test_what_can_never_be_taken_is_told_and_not_left_out(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source / "a").write_text("by people")
    monkeypatch.setattr(live_copy, "_take", lambda *_: None)
    assert found(live_copy.copy(source, target))["restless"] == ["a"]
