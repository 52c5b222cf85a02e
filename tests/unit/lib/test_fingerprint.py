"""Fingerprints change exactly with what they are of."""

from pathlib import Path
from typing import Any

from scripts.lib import fingerprint
from scripts.lib.settings.steps import Step, StepsFile

PROOFS = [{"layer": "tree", "reason": "nothing else shows it"}]


def step(**given: Any) -> Step:
    return StepsFile.model_validate({"steps": [{"id": "it", "why": "a test", "proofs": PROOFS} | given]}).steps[0]


def test_a_tree_has_another_fingerprint_when_a_path_or_a_content_changes() -> None:
    found = {fingerprint.of_tree(m) for m in ({"a": "1"}, {"a": "2"}, {"b": "1"}, {"a": "1", "b": "1"})}
    assert len(found) == 4
    assert fingerprint.of_tree({"a": "1", "b": "2"}) == fingerprint.of_tree({"b": "2", "a": "1"})


def test_a_point_is_every_file_that_a_step_looks_at(tmp_path: Path) -> None:
    manifest = {"src/de/t.json": "1", "src/pt/t.json": "2", "src/pt/other.json": "3"}
    json_step = step(kind="json", path="src/{locale}/t.json", set={"key": "text"})
    found = fingerprint.of_points([json_step], manifest, "1.0", tmp_path)
    assert found == {"it": {"src/de/t.json": "1", "src/pt/t.json": "2"}}


def test_a_step_of_other_versions_has_no_point(tmp_path: Path) -> None:
    pruned = step(kind="prune", path="a", versions={"from": "2.0"})
    assert fingerprint.of_points([pruned], {"a": "1"}, "1.0", tmp_path) == {}
    assert fingerprint.of_points([pruned], {"a": "1"}, "2.0", tmp_path) == {"it": {"a": "1"}}


def test_a_patch_looks_at_the_files_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "it.patch").write_text(
        "--- a/src/a.py\t2026\n+++ b/src/a.py\t2026\n@@ -1 +1 @@\n-x\n+y\n--- /dev/null\n+++ b/src/new.py\n"
    )
    assert fingerprint.looks_at(step(kind="patch", patch="it.patch"), tmp_path) == ["src/a.py", "src/new.py"]


def test_a_drawing_step_looks_at_its_icons(tmp_path: Path) -> None:
    icons = [{"path": "b.svg", "format": "svg"}, {"path": "a.png", "format": "png", "size": 16}]
    assert fingerprint.looks_at(step(kind="image", icons=icons), tmp_path) == ["a.png", "b.svg"]


def test_an_overlay_looks_at_the_file_or_folder_that_it_puts(tmp_path: Path) -> None:
    overlay = step(kind="overlay", source="x", path="docs", replaces=True)
    found = fingerprint.of_points([overlay], {"docs/a": "1", "docs2": "2"}, "1.0", tmp_path)
    assert found == {"it": {"docs/a": "1"}}
