"""What is done with what was found: up to date, moved, or refused with every reason."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.migration.answer import Amount, Answer, Migration
from scripts.lib.migration.plan import Seen, decide

AMOUNTS = {"uploads": Amount(volume="data", files=2, bytes=10)}


def an_answer(**said: Any) -> Answer:
    return Answer(version="0.5", fingerprint="f", amounts=AMOUNTS).model_copy(update=said)


def a_migration(**said: Any) -> Migration:
    usual: dict[str, Any] = {
        "product": "tiny",
        "environment": "test",
        "stack": "tiny",
        "source": "/old",
        "by": "ana@host",
        "began": datetime(2026, 11, 21, 20, 0, tzinfo=UTC),
        "seconds": 2.0,
        "outcome": "done",
        "answer": an_answer(),
    }
    return Migration.model_validate(usual | said)


SEEN = Seen(
    source="/old",
    stack="tiny",
    last=None,
    old_runs=(),
    new_runs=(),
    secrets=(),
    volumes={"data": "tiny-data", "files": "tiny-files"},
    answer=an_answer(),
)


def test_empty_volumes_are_filled() -> None:
    assert decide(SEEN) == "move"


def test_a_folder_that_was_moved_is_not_moved_again() -> None:
    assert decide(replace(SEEN, last=a_migration(), answer=an_answer(filled={"data": ["a"]}))) == "up to date"


def test_a_folder_that_was_moved_stays_so_though_the_new_stack_runs_and_the_old_one_too() -> None:
    seen = replace(SEEN, old_runs=("old runs",), new_runs=("new runs",))
    assert decide(replace(seen, last=a_migration(), answer=an_answer(filled={"data": ["a"]}))) == "up to date"


def test_what_was_moved_and_has_been_removed_is_moved_again() -> None:
    assert decide(replace(SEEN, last=a_migration())) == "move"


@pytest.mark.parametrize("outcome", ["begun", "failed"])
def test_what_was_not_ended_is_done_again(outcome: str) -> None:
    assert decide(replace(SEEN, last=a_migration(outcome=outcome))) == "move"


def test_what_only_has_to_be_put_in_its_place_is() -> None:
    answer = an_answer(left="verified", filled={"data": ["a"]})
    assert decide(replace(SEEN, last=a_migration(outcome="begun"), answer=answer)) == "move"


def test_a_move_broken_off_whose_source_is_another_now_has_a_way_out() -> None:
    told = ("the old folder was changed since",)
    answer = an_answer(left="verified", changed=True, filled={"data": ["a"]}, problems=told)
    seen = replace(SEEN, last=a_migration(outcome="begun"), answer=answer)
    with pytest.raises(SettingsInvalid) as refused:
        decide(seen)
    assert refused.value.problems == told
    way, names = "put the old folder back as it was, or to begin anew, and lose what is there", "tiny-data tiny-files"
    assert refused.value.hint == f"{way}: docker volume rm {names}"


@pytest.mark.parametrize(
    "more", [{"secrets": ("two",)}, {"new_runs": ("x runs",)}, {"last": a_migration(outcome="done")}]
)
def test_nobody_is_told_to_remove_volumes_where_something_else_would_do(more: dict[str, Any]) -> None:
    answer = an_answer(left="verified", changed=True, problems=("the old folder was changed since",))
    with pytest.raises(SettingsInvalid) as refused:
        decide(replace(SEEN, **{"last": a_migration(outcome="begun"), "answer": answer} | more))
    assert refused.value.hint == "correct what is named; nothing was changed"


def test_everything_that_stands_in_the_way_is_told_at_once() -> None:
    answer = an_answer(filled={"data": ["a", "b", "c", "d"]}, problems=("no database",))
    with pytest.raises(SettingsInvalid) as refused:
        decide(replace(SEEN, old_runs=("app runs on /old",), new_runs=("x runs",), secrets=("two",), answer=answer))
    assert refused.value.problems == (
        "app runs on /old",
        "x runs",
        "the volume tiny-data is not empty: a, b, c …",
        "two",
        "no database",
    )
    assert refused.value.hint == "stop the old stack: docker compose --project-directory /old stop"


@pytest.mark.parametrize(
    ("last", "hint"),
    [
        (None, "migrate into a stack that has never run, or to begin anew"),
        (a_migration(answer=an_answer(fingerprint="other")), "2026-11-21 20:00 UTC, as it was then; to begin anew"),
        (a_migration(source="/older"), "tiny was migrated at 2026-11-21 20:00 UTC, from /older; to begin anew"),
    ],
)
def test_a_full_volume_is_told_with_the_way_to_begin_anew(last: Migration | None, hint: str) -> None:
    with pytest.raises(SettingsInvalid, match="not empty") as refused:
        decide(replace(SEEN, last=last, answer=an_answer(filled={"data": ["a"]})))
    assert hint in refused.value.hint
    assert refused.value.hint.endswith("docker volume rm tiny-data")
