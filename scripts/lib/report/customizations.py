"""Each customization as a report tells it: why it is there, what it changed, and how it was seen to take effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scripts.lib.records import AppliedStep, ChangedFile, Check, Finding
from scripts.lib.report.found import Found
from scripts.lib.report.words import counted
from scripts.lib.settings.steps import Step

Mark = Literal["good", "bad", "open", "aside"]
"""Seen to be right; seen to be wrong; not known; nothing to know."""
DIFF_LINES = 40
"""Of a customization's diff that are shown."""
WIDEST = 400
"""Characters of a line of it."""


@dataclass(frozen=True)
class Diff:
    """The beginning of a unified diff."""

    lines: tuple[str, ...]
    more: int
    """Lines that are left out."""


@dataclass(frozen=True)
class Customization:
    """One step of the set."""

    step: Step
    mark: Mark
    state: str
    """In a few words."""
    says: str
    """Why it does not fit; empty where it does."""
    applied: AppliedStep | None
    checks: tuple[tuple[str, Check], ...]
    """Image name and check."""
    diff: Diff | None

    @property
    def files(self) -> tuple[ChangedFile, ...]:
        return self.applied.files if self.applied else ()

    @property
    def added(self) -> int:
        """Lines."""
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        """Lines."""
        return sum(file.removed for file in self.files)

    @property
    def passed(self) -> int:
        """Checks that passed."""
        return sum(check.passed for _, check in self.checks)


def customizations(found: Found) -> list[Customization]:
    """Return every step, in the order in which they are applied."""
    return [_customization(found, step) for step in found.steps]


def _customization(found: Found, step: Step) -> Customization:
    findings = found.validation.findings if found.validation else ()
    finding = next((one for one in findings if one.step == step.id), None)
    applied = next((one for one in found.tree.steps if one.step == step.id), None) if found.tree else None
    checks = _checks(found, step)
    mark, state = _state(finding, applied, checks, undone=found.tree is not None and step.id in found.tree.undone)
    diff = found.diffs.get(applied.checkpoint) if applied and applied.checkpoint else None
    return Customization(
        step=step,
        mark=mark,
        state=state,
        says=finding.message if finding else "",
        applied=applied,
        checks=checks,
        diff=_beginning(diff) if diff else None,
    )


def _checks(found: Found, step: Step) -> tuple[tuple[str, Check], ...]:
    if found.smoke is None:
        return ()
    return tuple((name, check) for name, of in found.smoke.checks.items() for check in of if check.step == step.id)


def _state(
    finding: Finding | None, applied: AppliedStep | None, checks: Sequence[tuple[str, Check]], *, undone: bool
) -> tuple[Mark, str]:
    """Say how far a step has come; what was seen of the image says more than what was planned."""
    failed = sum(not check.passed for _, check in checks)
    if failed:
        return "bad", f"{failed} of {counted(len(checks), 'check')} failed"
    if undone:
        return "bad", "undone"
    if finding and finding.status not in ("ok", "not-applicable"):
        return "bad", f"does not fit: {finding.status}"
    if checks:
        return "good", "proven"
    if finding and finding.status == "not-applicable":
        return "aside", "not for this version"
    return "open", "applied, not proven yet" if applied else "fits, not applied yet" if finding else "not looked at yet"


def _beginning(diff: str) -> Diff:
    """Leave out git's own bookkeeping and what is too long to read."""
    lines = [line for line in diff.split("\n") if not line.startswith(("index ", "diff --git ", "--- "))]
    shown = tuple(line if len(line) <= WIDEST else line[:WIDEST] + "…" for line in lines[:DIFF_LINES])
    return Diff(shown, max(0, len(lines) - DIFF_LINES))
