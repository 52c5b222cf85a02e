"""A move that is broken off leaves nothing that an application could take for data; the next one clears or ends it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from customizations.lamb.migration import moving, staging
from tests.unit.lamb.conftest import VOLUMES, Place

AStack = Callable[[str], Place]


class Killed(BaseException):
    """The machine went down."""


def kill_at(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, calls: int = 1) -> None:
    """Let the run end where a function is called for the `calls`th time, before it does anything."""
    real, count = getattr(owner, name), 0

    def once(*given: object) -> object:
        nonlocal count
        count += 1
        if count == calls:
            raise Killed
        return real(*given)

    monkeypatch.setattr(owner, name, once)


def names(given: Place) -> dict[str, list[str]]:
    return {name: sorted(p.name for p in given.volume(name).iterdir()) for name in VOLUMES}


def test_half_a_move_is_seen_by_no_application_and_cleared(place: AStack, monkeypatch: pytest.MonkeyPatch) -> None:
    given = place("0.6")
    with monkeypatch.context() as patched:
        kill_at(patched, moving.Move, "_differences")
        with pytest.raises(Killed):
            given.run("move")
    assert names(given) == {name: [staging.NAME] for name in VOLUMES}
    assert (given.volume("data") / staging.NAME).stat().st_mode & 0o777 == 0o700
    told = given.run("look")
    assert (told["left"], told["filled"]) == ("half", {})
    given.moved()
    given.run("clear")
    assert names(given)["data"] == ["aac_logs", "lamb_v4.db"]
    assert names(given)["kb-static"] == ["2"]


@pytest.mark.parametrize("after", [1, 2, 5, 9])
def test_a_move_that_was_broken_off_between_two_renames_is_ended(
    after: int, place: AStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = place("0.6")
    with monkeypatch.context() as patched:
        kill_at(patched, type(Path()), "rename", len(VOLUMES) + after)  # the marks are renamed before
        with pytest.raises(Killed):
            given.run("move")
    told = given.run("look")
    assert told["left"] == "verified"
    assert told["problems"] == []
    done = given.run("move")
    assert done["left"] == "verified"
    assert done["files"]
    for file in done["files"]:
        assert (given.volume(file["volume"]) / file["new"]).is_file()
    given.run("clear")
    assert names(given)["openwebui"] == ["cache", "uploads", "vector_db", "webui.db"]
    assert given.rows("data/lamb_v4.db", "SELECT count(*) FROM LAMB_assistants") == [2]


def test_marks_that_only_some_volumes_have_are_no_verified_move(place: AStack, monkeypatch: pytest.MonkeyPatch) -> None:
    given = place("0.3")
    with monkeypatch.context() as patched:
        kill_at(patched, type(Path()), "rename", 3)
        with pytest.raises(Killed):
            given.run("move")
    assert given.run("look")["left"] == "half"
    given.moved()


def test_a_verified_move_of_a_folder_that_was_changed_since_is_refused(
    place: AStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = place("0.3")
    with monkeypatch.context() as patched:
        kill_at(patched, moving.Move, "settle")
        with pytest.raises(Killed):
            given.run("move")
    (given.old.folder / "backend/static/public/1/new.txt").write_text("weeks later")
    assert given.run("look")["problems"] == [
        "an earlier move was broken off at its end, and the old folder was changed since"
    ]


def test_nothing_that_lies_in_a_volume_is_ever_replaced(place: AStack) -> None:
    given = place("0.3")
    (given.volume("data") / "lamb_v4.db").write_text("of the new stack")
    assert given.run("look")["filled"] == {"data": ["lamb_v4.db"]}
    with pytest.raises(FileExistsError, match=r"lamb_v4\.db"):
        given.run("move")
    assert (given.volume("data") / "lamb_v4.db").read_text() == "of the new stack"
    assert names(given)["static"] == [staging.NAME]


def test_everything_belongs_to_the_user_of_the_new_stack(place: AStack, monkeypatch: pytest.MonkeyPatch) -> None:
    given = place("0.3")
    given_to: dict[str, tuple[int, int]] = {}
    monkeypatch.setattr("os.chown", lambda path, user, group, **_: given_to.update({str(path): (user, group)}))
    (given.old.folder / "backend/static/public/1/thesis.txt").chmod(0o400)
    given.moved()
    assert (given.volume("static") / "1/thesis.txt").stat().st_mode & 0o777 == 0o600
    assert set(given_to.values()) == {(os.getuid(), os.getgid())}
    assert {str(given.volume(name)) for name in VOLUMES} <= given_to.keys()
