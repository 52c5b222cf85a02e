"""One step undone, where no later one builds on it."""

import argparse

import pytest

from scripts.lib.errors import GateRefused, RecordMissing, SettingsInvalid
from scripts.lib.settings.selection import Selection
from scripts.validate import validate
from tests.integration.customize.workspaces import run, state, tree_record, with_steps
from tests.trees import step


def test_a_step_can_be_undone_and_the_next_run_applies_it_again(tiny: Selection) -> None:
    run(tiny)
    whole = state(tiny)
    assert "without title" in run(tiny, undo="title").says
    undone = state(tiny)
    assert {path for path in whole if whole[path] != undone[path]} == {"src/app.html"}
    assert b"<title>Tiny</title>" in undone["src/app.html"][1]
    assert tree_record(tiny).undone == ("title",)
    run(tiny, undo="advert")
    assert "static/advert.txt" in state(tiny)
    assert tree_record(tiny).undone == ("title", "advert")
    again = run(tiny)
    assert again.says.endswith("applied again: title, advert")
    assert state(tiny) == whole
    assert run(tiny).up_to_date


def test_a_step_that_a_later_one_builds_on_is_not_undone(tiny: Selection) -> None:
    more = with_steps(
        tiny,
        step(
            "text",
            id="later",
            path="src/app.html",
            alternatives=[{"find": "<title>Acme", "replace": "<title>A"}],
            changes_again=["title"],
        ),
    )
    run(more)
    before = state(more)
    with pytest.raises(GateRefused) as caught:
        run(more, undo="title")
    assert caught.value.problems[0].startswith("step later builds on title: src/app.html:")
    assert caught.value.hint == "invoke customize --undo later first"
    assert state(more) == before
    run(more, undo="later")
    run(more, undo="title")
    assert tree_record(more).undone == ("later", "title")


def test_undoing_needs_an_applied_step(tiny: Selection) -> None:
    validate(tiny, argparse.Namespace())
    with pytest.raises(RecordMissing):
        run(tiny, undo="title")
    run(tiny)
    with pytest.raises(SettingsInvalid, match="no applied step is called 'titel', did you mean 'title'"):
        run(tiny, undo="titel")
