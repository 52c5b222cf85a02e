"""What visits showed, as checks: one a visit, that all of the page came, and one a proof, over all its visits. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scripts.lib.records import Check, Shot
from scripts.lib.settings.proofs import BrowserProof
from smoke.branding.observers import Visit
from smoke.checks import Planned

NAMED = 3
"""Visits that are named one by one where a proof failed on them."""
LAYER = "browser"
SECOND_WELL = " (a second visit, which was recorded, showed nothing wrong)"


@dataclass(frozen=True)
class Seen:
    """What one visit showed of one proof."""

    planned: Planned
    passed: bool
    evidence: str


@dataclass(frozen=True)
class Visited:
    """One visit."""

    visit: Visit
    problems: tuple[str, ...]
    """What did not come; empty is good."""
    answers: int
    """How many answers came."""
    seen: tuple[Seen, ...]
    shot: str | None
    """Path of the screenshot, below the product's `out`; None where none could be taken."""
    trace: str | None
    """Path of the trace; None where all was well."""
    seconds: float
    again: tuple[str, ...] = ()
    """Files of a second visit, which was recorded."""

    @property
    def wrong(self) -> bool:
        """Tell whether anything is not as it should be."""
        return bool(self.problems) or not all(one.passed for one in self.seen)

    @property
    def files(self) -> tuple[str, ...]:
        return (*(path for path in (self.shot, self.trace) if path), *self.again)


def with_second(first: Visited, second: Visited) -> Visited:
    """Return the first visit, on which something is wrong, with the files of a second one.

    Where that showed nothing wrong it is said; what the first one showed stays wrong.
    """
    said = "" if second.wrong else SECOND_WELL
    return replace(
        first,
        problems=tuple(f"{problem}{said}" for problem in first.problems),
        seen=tuple(one if one.passed else replace(one, evidence=f"{one.evidence}{said}") for one in first.seen),
        again=second.files,
        seconds=round(first.seconds + second.seconds, 2),
    )


@dataclass(frozen=True)
class Walked:
    """What a walk showed."""

    checks: tuple[Check, ...] = ()
    shots: tuple[Shot, ...] = ()

    def __add__(self, other: "Walked") -> "Walked":
        return Walked(self.checks + other.checks, self.shots + other.shots)


def walked(visits: Sequence[Visited], proofs: Sequence[Planned]) -> Walked:
    """Return what `visits` showed, of these proofs; one that no visit looked at has failed."""
    checks = [_of_visit(visited) for visited in visits]
    checks += [_of_proof(planned, visits) for planned in proofs]
    return Walked(tuple(checks), tuple(shot for visited in visits if (shot := _shot(visited))))


def name_of(visit: Visit) -> str:
    """Name the check that all of a page came."""
    return f"all of {visit.page} comes in {where(visit)}"


def where(visit: Visit) -> str:
    """Name how a page was looked at."""
    return f"{visit.locale}, {visit.scheme}, {visit.device}"


def _of_visit(visited: Visited) -> Check:
    return Check(
        name=name_of(visited.visit),
        step=None,
        layer=LAYER,
        passed=not visited.problems,
        evidence="; ".join(visited.problems) or f"{visited.answers} answers, all as asked",
        seconds=visited.seconds,
        files=visited.files,
    )


def _of_proof(planned: Planned, visits: Sequence[Visited]) -> Check:
    looked = [(visited, seen) for visited in visits for seen in visited.seen if seen.planned is planned]
    failed = [(visited, seen) for visited, seen in looked if not seen.passed]
    return Check(
        name=planned.name,
        step=planned.step.id if planned.step else None,
        layer=LAYER,
        passed=bool(looked) and not failed,
        evidence=_words(failed) if failed else _agreed([seen.evidence for _, seen in looked], planned),
        files=tuple(path for visited, _ in failed or looked for path in visited.files),
    )


def _words(failed: Sequence[tuple[Visited, Seen]]) -> str:
    """Name the visits on which a proof failed."""
    named = [f"{where(visited.visit)}: {seen.evidence}" for visited, seen in failed[:NAMED]]
    return "; ".join([*named, *([f"and {len(failed) - NAMED} more"] if len(failed) > NAMED else [])])


def _agreed(evidence: Sequence[str], planned: Planned) -> str:
    """Word what was seen; in several languages it is not the same."""
    if not evidence:
        page = planned.proof.page if isinstance(planned.proof, BrowserProof) else "no page"
        return f"no visit of {page} looked at it"
    different = list(dict.fromkeys(evidence))
    shown = "; ".join(different[:NAMED]) + ("; …" if len(different) > NAMED else "")
    return f"{shown} ({len(evidence)} visits)" if len(evidence) > 1 else shown


def _shot(visited: Visited) -> Shot | None:
    visit = visited.visit
    if visited.shot is None:
        return None
    return Shot(
        image=visit.image,
        page=visit.page,
        locale=visit.locale,
        scheme=visit.scheme,
        device=visit.device,
        path=visited.shot,
    )
