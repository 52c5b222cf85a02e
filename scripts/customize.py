"""Apply all customizations, a checkpoint each, or none.

The workspace is a git repository: upstream is its first commit, and each step that changes something is one more. All
of them are written at once, after every end state was seen on the finished tree and everything edited still parses;
else the workspace stays as it was. What changed is told in out/PRODUCT/customization.md and customization.json.

--undo STEP writes the workspace anew without that step, unless a later one builds on it. The next run applies it again.
"""

import argparse
from collections.abc import Sequence

from scripts.lib import cli, customization, customization_report, records, workspace
from scripts.lib.cli import Done, Option
from scripts.lib.errors import GateRefused, RecordMissing, SettingsInvalid
from scripts.lib.records import AppliedStep, Source, Tree, Validation
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.wording import near

OPTIONS = [Option("--undo", "take back one step; the next run applies it again", metavar="STEP")]


def customize(selection: Selection, given: argparse.Namespace) -> Done:
    """Return when the workspace is the customized tree and the Tree record says so."""
    checkout = selection.checkout
    source = records.need(checkout, Source, "fetch")
    inputs = _validated(selection, source)
    before = records.find(checkout, Tree)
    if given.undo:
        return _undo(selection, source, inputs, before, given.undo)
    if before and before.inputs == inputs and workspace.stands(checkout.workspace, before.tree):
        return Done(f"{_says(before)}, up to date", up_to_date=True)
    tree = _write(selection, source, inputs, undone=())
    again = f", applied again: {', '.join(before.undone)}" if before and before.undone else ""
    return Done(f"{_says(tree)}{again}")


def _validated(selection: Selection, source: Source) -> str:
    """Return the inputs, for which a validation must have found every step fitting."""
    checkout = selection.checkout
    inputs = customization.inputs(selection, source)
    validation = records.need(checkout, Validation, "validate")
    if validation.inputs != inputs:
        raise RecordMissing("the steps were not validated as they are now", hint="run: invoke validate")
    customization.refuse_misfits(validation.findings, checkout.customizations / "steps.yaml")
    customization.refuse_disagreements(validation.disagreements)
    return inputs


def _undo(selection: Selection, source: Source, inputs: str, before: Tree | None, step: str) -> Done:
    if before is None or before.inputs != customization.without(inputs, before.undone):
        raise RecordMissing("there is no customized tree to undo a step of", hint="run: invoke customize")
    applied = [entry.step for entry in before.steps if entry.checkpoint]
    if step not in applied:
        raise SettingsInvalid(
            f"--undo: no applied step is called {step!r}, {near(step, applied)}", hint="name one of these"
        )
    undone = (*before.undone, step)
    _refuse_built_upon(selection, source, undone)
    tree = _write(selection, source, customization.without(inputs, undone), undone)
    return Done(f"{_says(tree)}, without {', '.join(undone)}", hint="invoke customize applies all steps again")


def _refuse_built_upon(selection: Selection, source: Source, undone: Sequence[str]) -> None:
    from scripts.lib import steps

    files = customization.upstream(selection, source)
    rest = [step for step in selection.steps if step.id not in undone]
    findings = steps.check_all(rest, files, customization.context(selection, source))
    builds = [finding for finding in findings if finding.status not in customization.FINE]
    if builds:
        raise GateRefused(
            [f"step {finding.step} builds on {undone[-1]}: {finding.message}" for finding in builds],
            hint="; ".join(f"invoke customize --undo {finding.step}" for finding in reversed(builds)) + " first",
        )


def _write(selection: Selection, source: Source, inputs: str, undone: tuple[str, ...]) -> Tree:
    checkout = selection.checkout
    to_do = [step for step in selection.steps if step.id not in undone]
    upstream, context = customization.upstream(selection, source), customization.context(selection, source)
    work = customization.Work(upstream, context, selection.brand)
    written = workspace.write_steps(checkout.workspace, source.base, work.commits(to_do))
    tree = Tree(
        inputs=inputs,
        source=records.identity(source),
        customization=selection.product.customization_version,
        tree=written.tree,
        steps=_entries(selection, work.entries, written.commits),
        undone=undone,
        verified=True,
    )
    records.write(checkout, tree)
    customization_report.write(checkout.out, tree, selection.steps, source.version)
    return tree


def _entries(selection: Selection, done: Sequence[AppliedStep], commits: Sequence[str]) -> tuple[AppliedStep, ...]:
    """Every step in its order: those that changed something with their commit, those undone with nothing."""
    left = iter(commits)
    known = {entry.step: entry for entry in done}

    def complete(step: str) -> AppliedStep:
        if step not in known:
            return AppliedStep(step=step, checkpoint=None, files=(), matches=0, notes=("undone",))
        return known[step].model_copy(update={"checkpoint": next(left)}) if known[step].files else known[step]

    return tuple(complete(step.id) for step in selection.steps)


def _says(tree: Tree) -> str:
    applied = [entry for entry in tree.steps if entry.checkpoint]
    files = {file.path for entry in applied for file in entry.files}
    return f"{len(applied)} steps on {len(files)} files, tree {tree.tree[:12]}"


if __name__ == "__main__":
    cli.main("customize", customize, __doc__, OPTIONS, reported="refused")
