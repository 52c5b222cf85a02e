"""What stands in the way of a move is told, all of it at once, and then nothing is moved."""

import fcntl
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from customizations.lamb.migration import checks, locks, moving
from tests.unit.lamb.conftest import VOLUMES, Place

AStack = Callable[[str], Place]


def problems(given: Place) -> list[str]:
    """What a look and a move both refuse; the volumes stay empty."""
    told, done = given.run("look")["problems"], given.run("move")["problems"]
    assert told == done
    assert [path for name in VOLUMES for path in given.volume(name).iterdir()] == []
    return list(done)


def test_everything_that_lacks_is_told_at_once(place: AStack) -> None:
    given = place("0.3")
    given.old.database.unlink()
    given.old.webui.unlink()
    assert problems(given) == [
        "there is no lamb_v4.db in /srv/old",
        "there is no open-webui/backend/data/webui.db in /srv/old",
    ]


def test_a_database_elsewhere_is_named(place: AStack) -> None:
    given = place("0.3")
    given.old.database.rename(given.old.folder / "backend/lamb_v4.db")
    assert problems(given) == ["there is no lamb_v4.db in /srv/old, but backend/lamb_v4.db"]


def test_the_database_lies_where_the_old_settings_say(place: AStack) -> None:
    given = place("0.3")
    given.old.database.rename(given.old.folder / "backend/lamb_v4.db")
    with (given.old.folder / "backend/.env").open("a") as env:
        env.write("LAMB_DB_PATH=/opt/lamb/backend\n")
    given.moved()
    assert given.rows("data/lamb_v4.db", "SELECT count(*) FROM assistants") == [2]


def test_settings_that_lead_out_of_the_folder_are_told(place: AStack) -> None:
    given = place("0.3")
    with (given.old.folder / "backend/.env").open("a") as env:
        env.write("OWI_PATH=/var/lib/docker/volumes/open-webui/_data\n")
    (problem,) = problems(given)
    assert problem.startswith("OWI_PATH=/var/lib/docker/volumes/open-webui/_data of the old settings")
    assert problem.endswith("lies outside /srv/old")


def test_links_out_of_what_is_moved_are_told(place: AStack, tmp_path: Path) -> None:
    given = place("0.3")
    (given.old.folder / "backend/static/public/big").symlink_to(tmp_path)
    (given.old.folder / "backend/static/public/round").symlink_to("round")
    said = problems(given)
    assert said == [f"backend/static/public/big is a link to {tmp_path}, which is not moved with it"]


def test_a_part_that_is_itself_a_link_out_is_told(place: AStack, tmp_path: Path) -> None:
    given = place("0.3")
    public = given.old.folder / "backend/static/public"
    public.rename(tmp_path / "elsewhere")
    public.symlink_to(tmp_path / "elsewhere")
    assert f"backend/static/public is a link to {tmp_path / 'elsewhere'}, outside /srv/old" in problems(given)


def test_a_damaged_database_is_told(place: AStack) -> None:
    given = place("0.3")
    data = bytearray(given.old.kb.read_bytes())
    data[4096 : 4096 + 64] = b"\xff" * 64
    given.old.kb.write_bytes(data)
    assert any(one.startswith("lamb-kb-server-stable/backend/data/lamb-kb-server.db: ") for one in problems(given))


def test_knowledge_bases_without_their_database_are_told(place: AStack) -> None:
    given = place("0.3")
    given.old.kb.unlink()
    assert problems(given) == ["LAMB knows 1 knowledge bases, but their database lamb-kb-server.db is not there"]


def test_a_disk_without_room_is_told(place: AStack, monkeypatch: pytest.MonkeyPatch) -> None:
    given = place("0.3")
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    (problem,) = problems(given)
    assert problem.endswith("GB are needed in the engine's folder, 0.00 GB are free")


def test_a_file_that_a_program_has_locked_is_held(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    assert not locks.is_held(lock)
    with lock.open("w") as file:
        assert not locks.is_held(lock)
        fcntl.flock(file, fcntl.LOCK_EX)
        assert locks.is_held(lock)
    assert not locks.is_held(lock)


def test_a_running_library_manager_is_told(place: AStack) -> None:
    given = place("0.6")
    with (given.old.folder / "library-manager/data/.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert problems(given) == ["library-manager/data/.lock is held by a library manager that runs"]


@pytest.mark.parametrize(
    ("found", "said", "prefix"),
    [
        ({"LAMB_": 3}, None, "LAMB_"),
        ({"": 2, "LAMB_": 0}, None, ""),
        ({"": 0, "LAMB_": 2}, None, "LAMB_"),
        ({"": 2, "LAMB_": 2}, "LAMB_", "LAMB_"),
        ({"": 2, "LAMB_": 2}, "", None),
        ({"": 2, "LAMB_": 2}, None, None),
        ({}, "LAMB_", None),
    ],
)
def test_the_prefix_is_that_of_the_tables_in_use(found: dict[str, int], said: str | None, prefix: str | None) -> None:
    settings = {} if not said else {"LAMB_DB_PREFIX": said}
    got, wrong, notes = checks.prefix(found, SimpleNamespace(settings=settings))  # type: ignore[arg-type]
    assert got == prefix
    assert bool(wrong) == (prefix is None)
    assert bool(notes) == (len(found) > 1 and prefix is not None)


def test_a_folder_that_changes_meanwhile_is_told_and_nothing_is_left(
    place: AStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = place("0.3")
    real = moving.Move._folders

    def meanwhile(self: moving.Move) -> None:
        real(self)
        (given.old.folder / "backend/static/public/1/new.txt").write_text("uploaded just now")

    monkeypatch.setattr(moving.Move, "_folders", meanwhile)
    assert given.run("move")["problems"] == ["/srv/old was changed while it was moved"]
    assert [path for name in VOLUMES for path in given.volume(name).iterdir()] == []


def test_a_file_that_arrives_damaged_is_told_and_nothing_is_left(
    place: AStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = place("0.3")
    monkeypatch.setattr("customizations.lamb.migration.files.sha256", lambda path: path.name)
    told = given.run("move")["problems"]
    assert "backend/static/public/1/thesis.txt has other content in the volume static" in told
    assert [path for name in VOLUMES for path in given.volume(name).iterdir()] == []


def test_known_passwords_are_told(place: AStack, monkeypatch: pytest.MonkeyPatch) -> None:
    known = SimpleNamespace(checkpw=lambda word, hashed: (word, hashed) == (b"admin", b"$2b$12$no"))
    monkeypatch.setitem(sys.modules, "bcrypt", known)
    (note,) = [one for one in place("0.3").run("look")["notes"] if "password" in one]
    assert note == "admin@owi.com in auth has the password 'admin', which everybody knows: change it at once"


def test_files_that_were_lost_before_are_told(place: AStack) -> None:
    given = place("0.3")
    (given.old.folder / "lamb-kb-server-stable/backend/static/2/poems/a2.txt").unlink()
    (note,) = [one for one in given.moved()["notes"] if "registered" in one]
    assert note.startswith("1 files of knowledge bases are registered and not there, such as /opt/lamb/")


def test_what_never_existed_is_told(place: AStack) -> None:
    notes = place("0.3").run("look")["notes"]
    assert "library-manager/data has nothing; its volume stays empty" in notes
