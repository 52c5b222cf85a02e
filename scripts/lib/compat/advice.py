"""What broke, told once for each run of releases that it broke on, with the edit that is proposed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from scripts.lib.compat.outcome import Cell, Outcome, Row
from scripts.lib.compat.propose import HERE, HOLDS


@dataclass(frozen=True)
class Break:
    """One step that does not hold, on releases that follow each other."""

    step: str
    status: str
    versions: tuple[str, ...]
    reason: str
    proposal: str | None

    @property
    def over(self) -> str:
        """The releases, in words."""
        return between(self.versions)


def breaks(outcome: Outcome) -> list[Break]:
    """Return everything that does not hold, in the order of the steps; built releases last."""
    return [*_breaks(outcome, None), *_refusals(outcome.rows)]


def with_ranges(outcome: Outcome, locked: str | None) -> Outcome:
    """Return the outcome with the ranges of versions, which only several releases tell, in its proposals.

    Where a step holds on none of them, it is taken to hold on the release that the lock names.
    """
    ranged = {(b.step, v): b.proposal for b in _breaks(outcome, locked) for v in b.versions}
    rows = tuple(
        row.model_copy(
            update={
                "cells": tuple(
                    cell.model_copy(update={"proposal": ranged.get((cell.step, row.version))}) for cell in row.cells
                )
            }
        )
        for row in outcome.rows
    )
    return outcome.model_copy(update={"rows": rows})


def between(versions: Sequence[str]) -> str:
    """Word a run of releases."""
    return versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]} ({len(versions)})"


def _breaks(outcome: Outcome, locked: str | None) -> list[Break]:
    return [found for at in range(len(outcome.steps)) for found in _of_step(outcome.rows, at, locked)]


def _refusals(rows: Sequence[Row]) -> Iterator[Break]:
    for projection, group in groupby(rows, lambda row: row.projection):
        if projection.status == "refused":
            yield Break("built release", "refused", tuple(row.version for row in group), projection.reason, None)


def _of_step(rows: Sequence[Row], at: int, locked: str | None) -> Iterator[Break]:
    for (fine, status, proposal), group in groupby(enumerate(rows), lambda item: _alike(item[1].cells[at])):
        found = list(group)
        if not fine:
            newest = found[-1][1].cells[at]
            versions = tuple(row.version for _, row in found)
            filled = _filled(proposal, rows, at, (found[0][0], found[-1][0]), locked)
            yield Break(newest.step, status, versions, newest.reason, filled)


def _alike(cell: Cell) -> tuple[bool, str, str | None]:
    return (cell.fine, "" if cell.fine else cell.status, None if cell.fine else cell.proposal)


def _filled(
    proposal: str | None, rows: Sequence[Row], at: int, broken: tuple[int, int], locked: str | None
) -> str | None:
    """Word the range of the broken releases, and that on which the step holds; None where that is not known."""
    first, last = broken
    before = next((row.version for row in reversed(rows[:first]) if row.cells[at].status == "ok"), None)
    after = next((row.version for row in rows[last + 1 :] if row.cells[at].status == "ok"), None)
    if not before and not after and locked not in [row.version for row in rows]:
        before = locked
    if proposal is None or (HOLDS in proposal and not (before or after)):
        return None
    if after and not before:
        here, holds = f"{{ to: {rows[last].number} }}", f"{{ from: {after} }}"
    else:
        here, holds = f"{{ from: {rows[first].number} }}", f"{{ to: {before} }}"
    return proposal.replace(HERE, here).replace(HOLDS, holds)
