"""What does not fit is refused with its place, and the workspace stays as it was."""

import argparse
import shutil

import pytest

from scripts.customize import customize
from scripts.lib import records
from scripts.lib.errors import GateRefused, RecordMissing
from scripts.lib.records import Source, Validation
from scripts.lib.settings.selection import Selection
from scripts.validate import validate
from tests.integration.customize.workspaces import fetched, git, run, state, tree_record, with_steps
from tests.trees import step


def test_all_steps_that_do_not_fit_are_told_and_nothing_is_touched(tiny: Selection) -> None:
    run(tiny)
    before, head = state(tiny), git(tiny, "rev-parse", "HEAD")
    more = with_steps(
        tiny,
        step("text", id="lost", path="src/app.html", alternatives=[{"find": "<title>Acmes</title>", "replace": "x"}]),
        step("prune", id="many", path="src/**/*.json"),
    )
    with pytest.raises(GateRefused) as caught:
        run(more)
    first, second = caught.value.problems
    assert first.startswith("step lost is moved: src/app.html:")
    assert "nearest is line" in first
    assert second.startswith("step many is ambiguous: src/**/*.json: matches 3 files, not 1")
    assert caught.value.hint.startswith("edit lost, many in ")
    with pytest.raises(GateRefused):
        run(more)
    with pytest.raises(GateRefused):
        customize(more, argparse.Namespace(undo=None))
    assert (state(tiny), git(tiny, "rev-parse", "HEAD")) == (before, head)


def test_an_edit_that_breaks_a_file_is_refused_and_nothing_is_touched(tiny: Selection) -> None:
    run(tiny)
    before, head, record = state(tiny), git(tiny, "rev-parse", "HEAD"), tree_record(tiny)
    broken = with_steps(
        tiny,
        step("text", id="html", path="src/app.html", alternatives=[{"find": "</title>", "replace": "</titel>"}]),
        step("text", id="json", path="package.json", alternatives=[{"find": "{", "replace": "{,"}]),
    )
    with pytest.raises(GateRefused) as caught:
        run(broken)
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["title", "src/app.html", "package.json"]
    assert (state(tiny), git(tiny, "rev-parse", "HEAD"), tree_record(tiny)) == (before, head, record)


def test_customize_needs_a_validation_of_the_present_steps(tiny: Selection) -> None:
    with pytest.raises(RecordMissing):
        customize(tiny, argparse.Namespace(undo=None))
    validate(tiny, argparse.Namespace())
    with pytest.raises(RecordMissing, match="not validated as they are now"):
        customize(with_steps(tiny), argparse.Namespace(undo=None))


def test_a_workspace_that_is_gone_is_told(tiny: Selection) -> None:
    validate(tiny, argparse.Namespace())
    shutil.rmtree(tiny.checkout.workspace)
    with pytest.raises(RecordMissing, match="does not hold the source that was fetched") as caught:
        customize(tiny, argparse.Namespace(undo=None))
    assert caught.value.hint == "run: invoke fetch"


def test_a_validation_is_about_one_source(tiny: Selection) -> None:
    run(tiny)
    fetched(tiny, **{"src__app.html": b"<title>Other</title>"})
    with pytest.raises(GateRefused, match=r"step title is gone: src/app\.html:1: "):
        validate(tiny, argparse.Namespace())
    source = records.need(tiny.checkout, Source, "fetch")
    assert records.need(tiny.checkout, Validation, "validate").source == records.identity(source)
