"""The build's own copy of the customized tree, with further sets of steps on it. The workspace stays as it is."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.lib import parses, steps
from scripts.lib.errors import GateRefused
from scripts.lib.files import Changed, Files
from scripts.lib.settings.steps import Step

HINT = "correct these steps for this version: an alternative, or a version range"


@dataclass(frozen=True)
class BuildTree:
    """A folder that a build takes as its context."""

    folder: Path
    sets: Mapping[str, tuple[str, ...]]
    """Set -> its steps that apply to this version; the end state of each was seen."""


def lay_out(
    workspace: Path, files: Files, sets: Mapping[str, Sequence[Step]], context: steps.StepContext, folder: Path
) -> BuildTree:
    """Lay the tree with `sets` on it, in their order, into the new folder `folder`.

    `files` is the tree that lies in `workspace`. What no set changes is linked, not copied: nobody may write into the
    folder. Raises GateRefused, before anything is written, with every step that does not fit or leaves something that
    does not parse.
    """
    changed, executable = _apply([step for one in sets.values() for step in one], files, context)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(workspace, folder, symlinks=True, copy_function=os.link, ignore=_git)
    for path, content in changed.changes.items():
        _write(folder / path, content, path in executable)
    applied = {name: tuple(s.id for s in one if steps.applies(s, context)) for name, one in sets.items()}
    return BuildTree(folder, applied)


def _apply(to_do: Sequence[Step], files: Files, context: steps.StepContext) -> tuple[Changed, frozenset[str]]:
    misfits = [f for f in steps.check_all(to_do, files, context) if f.status not in ("ok", "not-applicable")]
    if misfits:
        raise GateRefused([f"step {f.step} is {f.status}: {f.message}" for f in misfits], hint=HINT)
    changed = Changed(files)
    undone: list[str] = []
    applied = list(steps.apply_all(to_do, changed, context, undone))
    problems, _ = steps.verify_all(to_do, applied, changed, context, undone)
    problems = [*problems, *parses.problems(changed, files)]
    if problems:
        raise GateRefused(problems, hint=HINT)
    return changed, frozenset(path for one in applied for path in one.executable)


def _git(folder: str, names: Sequence[str]) -> list[str]:  # noqa: ARG001  as copytree asks
    """What of a folder is left out: the workspace's own repository, for an upstream has no .git."""
    return [name for name in names if name == ".git"]


def _write(place: Path, content: bytes | None, executable: bool) -> None:
    """Put a file of the build's own where a link to the workspace's stands, with the same mode."""
    mode = place.stat().st_mode & 0o777 if place.exists() else 0o644
    place.unlink(missing_ok=True)
    if content is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(0o755 if executable else mode)
