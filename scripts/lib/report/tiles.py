"""The numbers that a reader looks for first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from scripts.lib import console
from scripts.lib.records import Part, SmokeReport
from scripts.lib.report.customizations import Customization, Mark
from scripts.lib.report.found import Found
from scripts.lib.report.words import counted, percentage


@dataclass(frozen=True)
class Tile:
    """One number that a reader looks for first."""

    label: str
    value: str
    note: str
    mark: Mark


def tiles(found: Found, steps: Sequence[Customization], seconds: float) -> Iterator[Tile]:
    """Yield the numbers of what is there; `seconds`: of the last run of every stage together."""
    yield _steps_tile(steps)
    if found.smoke:
        yield _checks_tile(found.smoke)
    if found.smoke and found.smoke.coverage:
        yield _brand_tile(found.smoke)
    if found.image:
        size = sum(built.size for built in found.image.images.values())
        yield Tile("Image", console.size(size), _grown(found, size), "good")
    if seconds:
        yield Tile("Line", console.seconds(seconds), "last run of every stage", "good")


def _steps_tile(steps: Sequence[Customization]) -> Tile:
    wanted = [step for step in steps if step.mark != "aside"]
    proven = sum(step.state == "proven" for step in wanted)
    mark: Mark = "bad" if any(s.mark == "bad" for s in wanted) else "good" if proven == len(wanted) else "open"
    return Tile("Customizations", f"{proven} of {len(wanted)}", "seen to take effect", mark)


def _checks_tile(smoke: SmokeReport) -> Tile:
    checks = [check for of in smoke.checks.values() for check in of]
    passed = sum(check.passed for check in checks)
    parts = ", ".join(part for part in get_args(Part) if part in smoke.parts)
    return Tile("Checks", f"{passed} of {len(checks)}", f"passed: {parts}", "good" if passed == len(checks) else "bad")


def _brand_tile(smoke: SmokeReport) -> Tile:
    surfaces = [surface for coverage in smoke.coverage.values() for surface in coverage.surfaces]
    upstream, left = sum(s.upstream for s in surfaces), sum(s.leaks for s in surfaces)
    percent = 100.0 * (upstream - left) / upstream if upstream else 100.0
    leaks = sum(leak.allowed is None for coverage in smoke.coverage.values() for leak in coverage.leaks)
    note = f"{counted(leaks, 'leak')} that nobody allowed" if leaks else "of the places bear our brand"
    return Tile("Brand", percentage(percent), note, "bad" if leaks else "good")


def _grown(found: Found, size: int) -> str:
    if found.before is None:
        return ", ".join(sorted({f"by {b.strategy}" for b in found.image.images.values()})) if found.image else ""
    more = size - sum(found.before.sizes.values())
    return f"{console.size(abs(more))} {'more' if more >= 0 else 'less'} than the release before"
