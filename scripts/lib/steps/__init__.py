"""The step engine: checks, applies and verifies customization steps on files in memory; a kind has a module each.

A kind's module has `apply(step, files, context) -> Applied`, which raises DoesNotFit, and
`verify(step, files, context) -> list[str]`, which looks for the end state on a finished tree.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from scripts.lib.files import Changed, Files
from scripts.lib.records import Finding
from scripts.lib.settings.steps import Step
from scripts.lib.steps.fitting import Applied, DoesNotFit, Problem, StepContext

__all__ = [
    "Applied",
    "DoesNotFit",
    "Met",
    "Problem",
    "StepContext",
    "apply",
    "apply_all",
    "check",
    "check_all",
    "meet_all",
    "missing_end_states",
    "verify",
    "verify_all",
]

MODULES = {"json": "json_keys"}
"""Kinds whose module cannot bear their name."""


@dataclass(frozen=True)
class Met:
    """How one step meets files: what it changes, or why it does not fit."""

    step: Step
    finding: Finding
    applied: Applied | None = None
    """None where it does not fit, or is for other versions."""
    problems: tuple[Problem, ...] = ()


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
    return _met(step, files, context).finding


def verify(step: Step, files: Files, context: StepContext) -> list[str]:
    """Return what of a step's end state does not stand in the finished `files`; empty is good."""
    if not applies(step, context):
        return []
    problems: list[str] = _module(step).verify(step, files, context)
    return problems


def check_all(steps: Iterable[Step], files: Files, context: StepContext) -> tuple[Finding, ...]:
    """Return every step's finding, each against the files as the earlier steps leave them."""
    return tuple(met.finding for met in meet_all(steps, Changed(files), context))


def meet_all(steps: Iterable[Step], tree: Changed, context: StepContext) -> Iterator[Met]:
    """Yield how each step meets `tree` as the earlier ones left it, and then change it by what fits."""
    for step in steps:
        met = _met(step, tree, context)
        yield met
        if met.applied:
            tree.changes.update(met.applied.changes)


def apply_all(
    steps: Sequence[Step], tree: Changed, context: StepContext, undone: list[str] | None = None
) -> Iterator[Applied]:
    """Yield what each step changes, and then change `tree` by it; raises DoesNotFit at the first that does not fit.

    What of a step's end state does not stand right after it is added to `undone`: a later step may bring the same end
    state about, or change what is looked for, yet this one did nothing. Not asked of a step whose end state a later one
    changes as that says in `changes_again`.
    """
    again = {name for step in steps if applies(step, context) for name in step.changes_again}
    for step in steps:
        applied = apply(step, tree, context)
        yield applied
        tree.changes.update(applied.changes)
        if undone is not None and step.id not in again:
            undone += [f"{step.id}: {problem}" for problem in verify(_as_applied(step, applied), tree, context)]


def verify_all(
    steps: Sequence[Step],
    applied: Sequence[Applied],
    files: Files,
    context: StepContext,
    undone: Sequence[str] = (),
) -> tuple[list[str], dict[str, str]]:
    """Look for every end state on the finished tree.

    Returns the problems, `undone` first, and a note for each step whose end state a later one changes as it says in
    `changes_again`.
    """
    missing, notes = missing_end_states(steps, applied, files, context)
    told = {problem.partition(": ")[0] for problem in undone}
    later = [f"{step}: {problem}" for step, problems in missing.items() if step not in told for problem in problems]
    return [*undone, *later], notes


def missing_end_states(
    steps: Sequence[Step], applied: Sequence[Applied], files: Files, context: StepContext
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return per step whose end state does not stand on the finished tree why; and the notes of `verify_all`."""
    problems: dict[str, list[str]] = {}
    notes: dict[str, str] = {}
    for number, (step, done) in enumerate(zip(steps, applied, strict=True)):
        missing = verify(_as_applied(step, done), files, context)
        said = [one.id for one in steps[number + 1 :] if step.id in one.changes_again and applies(one, context)]
        touched = [a.step for a in applied[number + 1 :] if a.changes.keys() & done.changes.keys()]
        if missing and said:
            notes[step.id] = f"changed further by {', '.join(said)}"
        elif missing:
            by = f" (changed again by {', '.join(touched)}, which does not say so)" if touched else ""
            problems[step.id] = [f"{problem}{by}" for problem in missing]
    return problems, notes


def applies(step: Step, context: StepContext) -> bool:
    """Tell whether a step is for this version at all."""
    return step.versions is None or step.versions.holds(context.version)


def _met(step: Step, files: Files, context: StepContext) -> Met:
    if not applies(step, context):
        return Met(step, Finding(step=step.id, status="not-applicable", message=f"only for versions {step.versions}"))
    try:
        applied = apply(step, files, context)
    except DoesNotFit as failure:
        return Met(step, failure.finding, None, failure.problems)
    names = tuple(sorted(applied.changes))
    fits = Finding(step=step.id, status="ok", files=names, alternative=applied.alternative, matches=applied.matches)
    return Met(step, fits, applied)


def _as_applied(step: Step, applied: Applied) -> Step:
    """The step with the one alternative that was taken."""
    if applied.alternative is None or step.kind not in ("text", "python"):
        return step
    return step.model_copy(update={"alternatives": (step.alternatives[applied.alternative - 1],)})


def _module(step: Step) -> ModuleType:
    return import_module(f"scripts.lib.steps.{MODULES.get(step.kind, step.kind)}")
