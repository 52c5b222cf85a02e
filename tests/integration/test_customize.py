"""validate and customize on a real git repository, with Tiny as the upstream."""

import argparse
import dataclasses
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.customize import customize
from scripts.lib import image_locks, records, workspace
from scripts.lib.cli import Done
from scripts.lib.errors import GateRefused, RecordMissing, SettingsInvalid
from scripts.lib.files import Folder
from scripts.lib.records import Source, Tree, Validation
from scripts.lib.settings.selection import Selection, select
from scripts.lib.settings.steps import Step
from scripts.lib.workspace import StepCommit
from scripts.validate import validate
from tests.tiny import TINY, make_checkout
from tests.trees import step

EARLIER = ("name", "name-suffix", "title", "app-name", "texts", "about", "terms", "advert", "icons")


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """Product tiny, locked as update leaves it and brought as fetch does."""
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path / "checkout")))
    monkeypatch.setenv("CACHE", str(tmp_path / "cache"))
    selection = select("tiny", "test")
    for path, text in image_locks.renewed(selection, "1.0.0", Folder(TINY / "tree")).items():
        path.write_text(text)
    fetched(selection)
    return selection


def fetched(selection: Selection, **changed: bytes) -> str:
    """Put the upstream into the workspace, with files changed (`/` of their paths is `__`); return its commit."""
    tree = selection.checkout.out / "fetched"
    shutil.copytree(TINY / "tree", tree)
    icon = tree / "static" / "favicon.png"
    icon.write_bytes(b"their icon")
    (tree / ".gitignore").write_text("*.png\n")
    (tree / ".gitattributes").write_text("* text eol=crlf\n")
    (tree / "start.sh").write_text("#!/bin/sh\n")
    (tree / "start.sh").chmod(0o755)
    for name, content in changed.items():
        (tree / name.replace("__", "/")).write_bytes(content)
    base = workspace.create(selection.checkout.workspace, tree)
    source = Source(inputs=base, version="1.0.0", sources={}, licence=None, base=base, points={})
    records.write(selection.checkout, source)
    return base


def with_steps(selection: Selection, *more: Step) -> Selection:
    """The selection with more steps, in the steps file too so that the inputs change."""
    steps_file = selection.checkout.customizations / "steps.yaml"
    steps_file.write_text(steps_file.read_text() + f"# {[step.id for step in more]}\n")
    return dataclasses.replace(selection, steps=(*selection.steps, *more))


def run(selection: Selection, undo: str | None = None) -> Done:
    if undo is None:
        validate(selection, argparse.Namespace())
    return customize(selection, argparse.Namespace(undo=undo))


def tree_record(selection: Selection) -> Tree:
    return records.need(selection.checkout, Tree, "customize")


def git(selection: Selection, *words: str) -> str:
    argv = ["git", "-C", str(selection.checkout.workspace), *words]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def state(selection: Selection) -> dict[str, tuple[int, bytes]]:
    """Mode and content of every file of the workspace."""
    folder = selection.checkout.workspace
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): (path.stat().st_mode & 0o777, path.read_bytes()) for path in found}


def test_upstream_is_the_first_commit_and_each_step_is_one_more(tiny: Selection) -> None:
    done = run(tiny)
    assert not done.up_to_date
    titles = git(tiny, "log", "--reverse", "--format=%s").splitlines()
    assert [title.split(":")[0] for title in titles] == ["The untouched upstream", *EARLIER]
    assert titles[3] == "title: The tab shows our name before any script has run."
    record = tree_record(tiny)
    assert [entry.checkpoint for entry in record.steps] == git(tiny, "log", "--reverse", "--format=%H").split()[1:]
    assert record.tree == git(tiny, "rev-parse", "HEAD^{tree}").strip()
    assert git(tiny, "status", "--porcelain", "--ignored") == ""
    git(tiny, "fsck", "--strict")


def test_the_files_are_the_customized_ones_and_all_others_stay(tiny: Selection) -> None:
    before = state(tiny)
    run(tiny)
    after = state(tiny)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    recorded = {file.path for entry in tree_record(tiny).steps for file in entry.files}
    assert changed == recorded
    assert b"<title>Acme</title>" in after["src/app.html"][1]
    assert "static/advert.txt" not in after
    assert after["start.sh"] == before["start.sh"] == (0o755, b"#!/bin/sh\n")


def test_nothing_changed_is_up_to_date_and_the_tree_is_always_the_same(tiny: Selection) -> None:
    run(tiny)
    first = tree_record(tiny)
    assert run(tiny).up_to_date
    assert validate(tiny, argparse.Namespace()).up_to_date
    shutil.rmtree(tiny.checkout.out)
    fetched(tiny)
    assert not run(tiny).up_to_date
    assert tree_record(tiny) == first


def test_files_changed_by_hand_are_customized_again(tiny: Selection) -> None:
    run(tiny)
    before = state(tiny)
    (tiny.checkout.workspace / "src/app.html").write_text("by hand")
    assert not run(tiny).up_to_date
    assert state(tiny) == before


def test_a_run_after_an_interrupted_one_works(tiny: Selection) -> None:
    run(tiny)
    before, folder = state(tiny), tiny.checkout.workspace
    (folder / ".git/index.lock").touch()
    (folder / "left over.png").touch()
    (folder / "src/app.html").unlink()
    (tiny.checkout.out / "tree.json").unlink()
    assert not run(tiny).up_to_date
    assert state(tiny) == before


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


def test_the_report_tells_every_step(tiny: Selection) -> None:
    run(tiny)
    report = json.loads((tiny.checkout.out / "customization.json").read_text())
    by_step = {entry["step"]: entry for entry in report["steps"]}
    assert by_step["title"]["files"][0] | {"before": 64, "after": 64} == {
        "path": "src/app.html",
        "before": 64,
        "after": 64,
        "added": 1,
        "removed": 1,
    }
    assert by_step["advert"]["files"][0]["after"] is None
    text = (tiny.checkout.out / "customization.md").read_text()
    assert "## title\n\nThe tab shows our name before any script has run.\n" in text
    assert "locales without a text of their own take the default" in text


def test_a_surrounding_git_of_the_caller_does_not_matter(tiny: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.setenv(name, str(tiny.checkout.root / "elsewhere"))
    run(tiny)
    assert not (tiny.checkout.root / "elsewhere").exists()
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name)
    assert git(tiny, "status", "--porcelain") == ""


def test_a_stream_that_breaks_off_writes_nothing(tiny: Selection) -> None:
    place, source = tiny.checkout.workspace, records.need(tiny.checkout, Source, "fetch")
    before, head = state(tiny), git(tiny, "rev-parse", "HEAD")

    def half() -> object:
        yield StepCommit("one", {"new": b"x"})
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        workspace.write_steps(place, source.base, half())  # type: ignore[arg-type]
    assert (state(tiny), git(tiny, "rev-parse", "HEAD")) == (before, head)


def test_commits_keep_odd_names_modes_and_bytes(tiny: Selection) -> None:
    place, source = tiny.checkout.workspace, records.need(tiny.checkout, Source, "fetch")
    names = ['quo"te', "back\\slash", "tab\tand é ⚙️", "deep/er/file"]
    step_commits = [
        StepCommit("add", {name: os.urandom(50) + b"\r\n" for name in names} | {"run": b"#!"}, frozenset({"run"})),
        StepCommit("change", {"start.sh": b"#!/bin/bash\n", "deep/er/file": None}),
    ]
    written = workspace.write_steps(place, source.base, step_commits)
    found = state(tiny)
    assert found["run"] == (0o755, b"#!")
    assert found["start.sh"] == (0o755, b"#!/bin/bash\n")
    assert [found[name][1] for name in names[:3]] == [step_commits[0].changes[name] for name in names[:3]]
    changed = workspace.changed_files(place, source.base, written.commits[-1])
    assert changed == sorted(["run", "start.sh", *names[:3]])
    shown = workspace.diffs(place, written.commits)
    assert "\n+#!/bin/bash" in shown[written.commits[1]]
    assert list(shown) == list(written.commits)
    assert workspace.diffs(place, ["0" * 40]) == {}
    files = workspace.base_files(place, written.commits[0])
    assert files.read(names[0]) == step_commits[0].changes[names[0]]
    assert files.read("nothing") is None


def test_a_validation_is_about_one_source(tiny: Selection) -> None:
    run(tiny)
    fetched(tiny, **{"src__app.html": b"<title>Other</title>"})
    with pytest.raises(GateRefused, match=r"step title is gone: src/app\.html:1: "):
        validate(tiny, argparse.Namespace())
    source = records.need(tiny.checkout, Source, "fetch")
    assert records.need(tiny.checkout, Validation, "validate").source == records.identity(source)


def test_a_workspace_that_came_from_another_machine_is_up_to_date(tiny: Selection, tmp_path: Path) -> None:
    validate(tiny, argparse.Namespace())
    customize(tiny, argparse.Namespace(undo=None))
    tree = records.need(tiny.checkout, Tree, "customize").tree
    archive, elsewhere = tmp_path / "handover.tar", tmp_path / "elsewhere"
    elsewhere.mkdir()
    subprocess.run(["tar", "-cf", archive, "-C", tiny.checkout.workspace, "."], check=True)  # noqa: S607
    subprocess.run(["tar", "-xf", archive, "-C", elsewhere, "--touch"], check=True)  # noqa: S607
    assert workspace.stands(elsewhere, tree)
    (elsewhere / "src/app.html").write_bytes(b"changed by hand")
    assert not workspace.stands(elsewhere, tree)
