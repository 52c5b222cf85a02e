"""The step engine: checks, applies and verifies customization steps on files in memory; a kind has a module each.

A kind's module has `apply(step, files, context) -> Applied`, which raises DoesNotFit, and
`verify(step, files, context) -> list[str]`, which looks for the end state on a finished tree.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from types import ModuleType

from scripts.lib.files import Changed, Files
from scripts.lib.records import Finding
from scripts.lib.settings.steps import Step
from scripts.lib.steps.fitting import Applied, DoesNotFit, StepContext

__all__ = ["Applied", "DoesNotFit", "StepContext", "apply", "apply_all", "check", "check_all", "verify", "verify_all"]

MODULES = {"json": "json_keys"}
"""Kinds whose module cannot bear their name."""


def apply(step: Step, files: Files, context: StepContext) -> Applied:
    """Return what a step changes in `files`, which stay as they are; raises DoesNotFit with the finding.

    A step whose version range leaves this version out changes nothing.
    """
    if not applies(step, context):
        return Applied(step=step.id, changes={}, matches=0)
    applied: Applied = _module(step).apply(step, files, context)
    return applied


def check(step: Step, files: Files, context: StepContext) -> Finding:
    """Return how a step meets `files`."""
    return _met(step, files, context)[0]


def verify(step: Step, files: Files, context: StepContext) -> list[str]:
    """Return what of a step's end state does not stand in the finished `files`; empty is good."""
    if not applies(step, context):
        return []
    problems: list[str] = _module(step).verify(step, files, context)
    return problems


def check_all(steps: Iterable[Step], files: Files, context: StepContext) -> tuple[Finding, ...]:
    """Return every step's finding, each against the files as the earlier steps leave them."""
    tree = Changed(files)
    findings = []
    for step in steps:
        finding, applied = _met(step, tree, context)
        findings.append(finding)
        if applied:
            tree.changes.update(applied.changes)
    return tuple(findings)


def apply_all(steps: Iterable[Step], tree: Changed, context: StepContext) -> Iterator[Applied]:
    """Yield what each step changes, and then change `tree` by it; raises DoesNotFit at the first that does not fit."""
    for step in steps:
        applied = apply(step, tree, context)
        yield applied
        tree.changes.update(applied.changes)


def verify_all(
    steps: Sequence[Step], applied: Sequence[Applied], files: Files, context: StepContext
) -> tuple[list[str], dict[str, str]]:
    """Look for every end state on the finished tree.

    Returns the problems, and a note for each step whose end state a later one changes as it says in `changes_again`.
    """
    problems: list[str] = []
    notes: dict[str, str] = {}
    for number, (step, done) in enumerate(zip(steps, applied, strict=True)):
        missing = verify(_as_applied(step, done), files, context)
        said = [later.id for later in steps[number + 1 :] if step.id in later.changes_again]
        touched = [a.step for a in applied[number + 1 :] if a.changes.keys() & done.changes.keys()]
        if missing and said:
            notes[step.id] = f"changed further by {', '.join(said)}"
        else:
            by = f" (changed again by {', '.join(touched)}, which does not say so)" if missing and touched else ""
            problems += [f"{step.id}: {problem}{by}" for problem in missing]
    return problems, notes


def applies(step: Step, context: StepContext) -> bool:
    """Tell whether a step is for this version at all."""
    return step.versions is None or step.versions.holds(context.version)


def _met(step: Step, files: Files, context: StepContext) -> tuple[Finding, Applied | None]:
    if not applies(step, context):
        return Finding(step=step.id, status="not-applicable", message=f"only for versions {step.versions}"), None
    try:
        applied = apply(step, files, context)
    except DoesNotFit as failure:
        return failure.finding, None
    names = tuple(sorted(applied.changes))
    return (
        Finding(step=step.id, status="ok", files=names, alternative=applied.alternative, matches=applied.matches),
        applied,
    )


def _as_applied(step: Step, applied: Applied) -> Step:
    """The step with the one alternative that was taken."""
    if applied.alternative is None or step.kind not in ("text", "python"):
        return step
    return step.model_copy(update={"alternatives": (step.alternatives[applied.alternative - 1],)})


def _module(step: Step) -> ModuleType:
    return import_module(f"scripts.lib.steps.{MODULES.get(step.kind, step.kind)}")
