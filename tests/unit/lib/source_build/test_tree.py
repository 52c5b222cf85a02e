"""The build's copy of the tree: sets on it, and the workspace as it was."""

from pathlib import Path

import pytest

from scripts.lib.errors import GateRefused
from scripts.lib.files import Folder
from scripts.lib.settings.steps import Step, StepsFile
from scripts.lib.source_build.tree import BuildTree, lay_out
from scripts.lib.steps import StepContext

PROOFS = [{"layer": "tree", "reason": "nothing of it shows in an image"}]


def text(step: str, find: str, replace: str, **more: object) -> dict[str, object]:
    edit = {"path": "Dockerfile", "alternatives": [{"find": find, "replace": replace}]}
    return {"id": step, "kind": "text", "why": "Ours.", "proofs": PROOFS} | edit | more


def steps(*given: dict[str, object]) -> tuple[Step, ...]:
    return StepsFile.model_validate({"steps": given}).steps


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git/config").write_text("")
    (folder / "src").mkdir()
    (folder / "src/app.ts").write_text("export const a = 1;\n")
    (folder / "src/link").symlink_to("app.ts")
    (folder / "Dockerfile").write_text("FROM a\nCOPY . .\n")
    (folder / "Dockerfile").chmod(0o755)
    return folder


def laid_out(workspace: Path, **sets: tuple[Step, ...]) -> BuildTree:
    context = StepContext(workspace.parent, "1.0.0", workspace.parent)
    return lay_out(workspace, Folder(workspace), sets, context, workspace.parent / "out")


FIRST = steps(text("inputs", "COPY . .", "COPY src src"))
SECOND = steps(
    text("more", "COPY src src", "COPY src src\nCOPY lib lib"), text("new", "x", "y", versions={"from": "2.0.0"})
)


def test_sets_are_applied_in_their_order_to_a_copy(workspace: Path) -> None:
    tree = laid_out(workspace, first=FIRST, second=SECOND)
    assert (tree.folder / "Dockerfile").read_text() == "FROM a\nCOPY src src\nCOPY lib lib\n"
    assert (workspace / "Dockerfile").read_text() == "FROM a\nCOPY . .\n"
    assert (tree.folder / "src/link").is_symlink()
    assert (tree.folder / "Dockerfile").stat().st_mode & 0o777 == 0o755
    assert not (tree.folder / ".git").exists()


def test_only_the_steps_for_this_version_are_named(workspace: Path) -> None:
    assert laid_out(workspace, first=FIRST, second=SECOND).sets == {"first": ("inputs",), "second": ("more",)}


def test_what_no_set_changes_keeps_its_time_so_that_a_build_knows_it(workspace: Path) -> None:
    tree = laid_out(workspace, first=FIRST)
    assert (tree.folder / "src/app.ts").stat().st_mtime_ns == (workspace / "src/app.ts").stat().st_mtime_ns


def test_every_step_that_does_not_fit_is_told_and_nothing_is_written(workspace: Path) -> None:
    wrong = steps(text("first", "ADD . .", "COPY . ."), text("second", "RUN nothing", "RUN something"))
    with pytest.raises(GateRefused) as refused:
        laid_out(workspace, wrong=wrong)
    assert [problem.split(":")[0] for problem in refused.value.problems] == [
        "step first is gone",
        "step second is gone",
    ]
    assert not (workspace.parent / "out").exists()


def test_an_edited_script_must_still_parse(workspace: Path) -> None:
    with pytest.raises(GateRefused, match=r"src/app\.ts:1: does not parse as TypeScript"):
        laid_out(workspace, wrong=steps(text("broken", "= 1;", "= (1;", path="src/app.ts")))
