"""Looks how all customizations meet one release: whether they fit, are effective, parse, and can be projected."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.lib import parses, steps
from scripts.lib.compat.outcome import Cell, Projection, Row
from scripts.lib.compat.propose import proposal
from scripts.lib.errors import CommandFailed
from scripts.lib.files import Changed, Files
from scripts.lib.settings.steps import Step
from scripts.lib.steps import Applied, Met, StepContext
from scripts.lib.steps.fitting import Problem
from scripts.lib.trial import BuiltRelease, refused

NOT_AT_HAND = Projection(status="not-looked-at", reason="its built release is not in the cache")
NOT_FITTING = Projection(status="not-looked-at", reason="not every step fits")


@dataclass(frozen=True)
class Subject:
    """One release to look at."""

    version: str
    files: Files
    built: BuiltRelease | None = None


def look(subject: Subject, given: Sequence[Step], customizations: Path, cache: Path) -> Row:
    """Return how each of the steps meets the release."""
    context = StepContext(customizations, subject.version, cache)
    tree = Changed(subject.files)
    met, proposals = [], {}
    for one in steps.meet_all(given, tree, context):
        met.append(_light(one))
        if one.problems:
            proposals[one.step.id] = proposal(one, tree, context)
    missing = _missing(met, tree, subject.files, context)
    cells = tuple(_cell(one, missing.get(one.step.id, []), proposals.get(one.step.id)) for one in met)
    return Row(version=subject.version, cells=cells, projection=_projection(subject, met, cells, tree, context))


def _light(met: Met) -> Met:
    """Which files a step changed suffices; what it made of them would be kept once for every step on them."""
    if met.applied is None:
        return met
    return replace(met, applied=replace(met.applied, changes=dict.fromkeys(met.applied.changes)))


def _missing(met: Sequence[Met], tree: Changed, base: Files, context: StepContext) -> dict[str, list[str]]:
    """Return per step what of it does not stand on the finished tree, or does not parse there."""
    done = [(one.step, one.applied) for one in met if one.applied]
    missing, _ = steps.missing_end_states([s for s, _ in done], [a for _, a in done], tree, context)
    for path, data in tree.changes.items():
        if data is not None and (wrong := parses.problem(path, data, base.read(path))):
            for step in (s for s, applied in done if path in applied.changes):
                missing.setdefault(step.id, []).append(wrong)
    return missing


def _cell(met: Met, missing: Sequence[str], proposed: str | None) -> Cell:
    finding = met.finding
    if missing:
        return Cell(step=finding.step, status="not-reached", reason="\n".join(missing), file=_first(finding.files))
    if met.applied:
        alternative = met.applied.alternative if len(getattr(met.step, "alternatives", ())) > 1 else None
        return Cell(step=finding.step, status="ok", reason=_did(met.applied), alternative=alternative)
    if not met.problems:
        return Cell(step=finding.step, status=finding.status, reason=finding.message)
    nearest = _nearest(met.problems)
    return Cell(
        step=finding.step,
        status=finding.status,
        reason=finding.message,
        file=nearest.path,
        line=nearest.near.line if nearest.near else None,
        similarity=round(nearest.near.similarity, 3) if nearest.near else None,
        proposal=proposed,
    )


def _nearest(problems: Sequence[Problem]) -> Problem:
    return max(problems, key=lambda p: p.near.similarity if p.near else -1.0)


def _first(files: Sequence[str]) -> str | None:
    return next(iter(files), None)


def _did(applied: Applied) -> str:
    names = sorted(applied.changes)
    more = f" and {len(names) - 1} more files" if len(names) > 1 else ""
    return f"{names[0]}{more}, {applied.matches} places" if names else "nothing to change"


def _projection(
    subject: Subject, met: Sequence[Met], cells: Sequence[Cell], tree: Changed, context: StepContext
) -> Projection:
    if subject.built is None:
        return NOT_AT_HAND
    if not all(cell.fine for cell in cells):
        return NOT_FITTING
    given = [one.step for one in met]
    applied = [one.applied or Applied(one.step.id, {}, 0) for one in met]
    try:
        problems = refused(subject.built, subject.files, tree, given, applied, context)
    except CommandFailed as failure:
        problems = failure.problems
    return Projection(status="refused" if problems else "ok", reason="\n".join(problems))
