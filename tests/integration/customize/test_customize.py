"""The upstream is the first commit, each step one more; what is as it was is not done again."""

import argparse
import json
import shutil

import pytest

from scripts.lib.settings.selection import Selection
from scripts.validate import validate
from tests.integration.customize.workspaces import fetched, git, run, state, tree_record

EARLIER = ("name", "name-suffix", "title", "app-name", "texts", "about", "terms", "advert", "icons")


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
