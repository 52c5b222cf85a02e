"""Customizations are tried on a folder without a trace in it."""

from pathlib import Path
from typing import Any

import pytest

from scripts.lib import trial
from scripts.lib.errors import ProjectionRefused
from scripts.lib.settings.steps import Step, StepsFile
from scripts.lib.steps import StepContext

PROOFS = [{"layer": "tree", "reason": "nothing else shows it"}]


def text(name: str, *edits: dict[str, str], **more: Any) -> Step:
    given = {"id": name, "kind": "text", "path": "a.txt", "why": "a test", "proofs": PROOFS, "alternatives": edits}
    return StepsFile.model_validate({"steps": [given | more]}).steps[0]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a.txt").write_text("one\n")
    return tmp_path / "tree"


def problems(tree: Path, *steps: Step) -> tuple[str, ...]:
    return trial.problems(steps, tree, StepContext(tree.parent, "1.0", tree.parent / "cache"), None)


def test_steps_that_hold_have_no_problems_and_leave_the_folder_as_it_was(tree: Path) -> None:
    first, second = (
        text("first", {"find": "one", "replace": "two"}),
        text("second", {"find": "two", "replace": "three"}),
    )
    assert problems(tree, first, second.model_copy(update={"changes_again": ("first",)})) == ()
    assert [p.read_text() for p in tree.iterdir()] == ["one\n"]


def test_every_step_that_does_not_fit_is_said_with_version_and_place(tree: Path) -> None:
    first, second = text("first", {"find": "1", "replace": "2"}), text("second", {"find": "3", "replace": "4"})
    found = problems(tree, first, second)
    assert [problem.split(" in 1.0: ")[0] for problem in found] == ["first is gone", "second is gone"]
    assert all("a.txt" in problem for problem in found)


def test_a_step_of_other_versions_is_no_problem(tree: Path) -> None:
    assert problems(tree, text("first", {"find": "1", "replace": "2"}, versions={"to": "0.9"})) == ()


def test_a_file_that_no_longer_parses_is_a_problem(tree: Path) -> None:
    (tree / "a.json").write_text('{"one": 1}\n')
    assert problems(tree, text("first", {"find": "1}", "replace": "1"}, path="a.json")) == (
        "a.json:2:1: is not JSON: Expecting ',' delimiter",
    )


def test_what_the_release_alone_refuses_is_told_apart(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise ProjectionRefused("a.txt (step first): no projection matches it", hint="")

    monkeypatch.setattr(trial, "refused", refuse)
    first = text("first", {"find": "one", "replace": "two"})
    with pytest.raises(ProjectionRefused, match="no projection matches it"):
        problems(tree, first)
    undone = text("second", {"find": "two", "replace": "one"})
    missing, refused = problems(tree, first, undone)
    assert missing.startswith("first: ")
    assert refused == "a.txt (step first): no projection matches it"
