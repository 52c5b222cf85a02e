"""What these tests do to a workspace, and what they see of it."""

import argparse
import dataclasses
import shutil
import subprocess

from scripts.customize import customize
from scripts.lib import records, workspace
from scripts.lib.cli import Done
from scripts.lib.records import Source, Tree
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.steps import Step
from scripts.validate import validate
from tests.tiny import TINY


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
