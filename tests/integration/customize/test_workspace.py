"""The workspace's commits: whole or not at all, byte for byte, on another machine too."""

import argparse
import os
import subprocess
from pathlib import Path

import pytest

from scripts.customize import customize
from scripts.lib import records, workspace
from scripts.lib.records import Source, Tree
from scripts.lib.settings.selection import Selection
from scripts.lib.workspace import StepCommit
from scripts.validate import validate
from tests.integration.customize.workspaces import git, state


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
