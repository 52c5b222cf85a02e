"""Judges what was found: allowed by whom, or a leak; and how much of each surface bears our brand. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from scripts.lib.brand.words import Found
from scripts.lib.files import pattern
from scripts.lib.records import Leak, SurfaceCoverage
from scripts.lib.settings.brand import SURFACES, Allowed, BrandFile, Surface

PROTECTED = "protected: "
NAMED = 5
"""Places of one leak that are named one by one."""


@dataclass(frozen=True)
class Judged:
    """Everything found, each with the reason that allows it (None for a leak), and entries that do not fit."""

    found: tuple[tuple[Found, str | None], ...]
    stale: tuple[str, ...]


class Judge:
    """The rules of `brand.yaml` for one version."""

    def __init__(self, brand: BrandFile, version: str) -> None:
        self._allowed = [a for a in brand.allowed if a.versions is None or a.versions.holds(version)]
        self._protected = [p for p in brand.protected if p.text]

    def judge(
        self, found: Iterable[Found], *, counted: bool = True, looked_at: Set[Surface] = frozenset(SURFACES)
    ) -> Judged:
        """Judge an image; without `counted`, as of the upstream, entries allow any number of places."""
        used = dict.fromkeys(range(len(self._allowed)), 0)
        judged = []
        for one in found:
            reason = self._protection(one)
            number = None if reason else self._entry(one)
            if number is not None:
                used[number] += 1
                entry = self._allowed[number]
                reason = entry.reason if not counted or used[number] <= _most(entry) else None
            judged.append((one, reason))
        return Judged(tuple(judged), tuple(self._stale(used, looked_at)))

    def _protection(self, found: Found) -> str | None:
        return next((PROTECTED + p.why for p in self._protected if p.text and found.covered_by(p.text)), None)

    def _entry(self, found: Found) -> int | None:
        return next((number for number, entry in enumerate(self._allowed) if _allows(entry, found)), None)

    def _stale(self, used: dict[int, int], looked_at: Set[Surface]) -> Iterable[str]:
        for number, count in used.items():
            entry = self._allowed[number]
            if not looked_at & set(entry.surfaces):
                continue
            least, most = (entry.count.least, entry.count.most) if entry.count else (1, None)
            if count < least:
                yield f"allowed places of {entry.reason!r}: {count} instead of {least} or more"
            if most is not None and count > most:
                yield f"allowed places of {entry.reason!r}: {count} instead of {most} or fewer"


def leaks(judged: Judged) -> tuple[Leak, ...]:
    """Return every finding: a text that several locales lack once, and what is allowed of a file once."""
    named = sorted(judged.found, key=_alike)
    return tuple(_leak(list(group)) for _, group in groupby(named, key=_alike))


def surfaces(judged: Judged, upstream: Judged) -> tuple[SurfaceCoverage, ...]:
    """Return, for each surface that bears the brand in upstream or still does, how many places do."""
    before, after = _open(upstream), _open(judged)
    every = dict.fromkeys(found.surface for found, _ in (*upstream.found, *judged.found))
    # what upstream does not show, such as a page of ours, counts as if it did
    return tuple(SurfaceCoverage(surface=s, upstream=max(before[s], after[s]), leaks=after[s]) for s in every)


def _open(judged: Judged) -> Counter[str]:
    return Counter(found.surface for found, reason in judged.found if reason is None)


def _most(entry: Allowed) -> float:
    return entry.count.most if entry.count else float("inf")


def _allows(entry: Allowed, found: Found) -> bool:
    return (
        found.surface in entry.surfaces
        and any(pattern(glob).match(found.file) for glob in entry.places)
        and (entry.text is None or found.covered_by(entry.text))
    )


def _alike(one: tuple[Found, str | None]) -> tuple[str, str, str]:
    found, reason = one
    together = reason is not None or found.surface == "text"
    return (found.surface, found.file if together else found.place, reason or "")


def _leak(group: Sequence[tuple[Found, str | None]]) -> Leak:
    found, reason = group[0]
    places = list(dict.fromkeys(f.place for f, _ in group))
    more = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    place = ", ".join(places[:NAMED]) + more
    return Leak(
        surface=found.surface, place=place, word=found.word, excerpt=found.excerpt, allowed=reason, count=len(group)
    )
