"""The look as one self-contained page: a matrix of releases and steps."""

from collections import Counter
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from scripts.lib.compat.advice import breaks
from scripts.lib.compat.outcome import Cell, Outcome, Row
from scripts.lib.compat.signs import PROJECTIONS, SIGNS, kind, sign, words


def page(outcome: Outcome) -> str:
    """Return the page's HTML; it needs no other file and no network."""
    templates = Environment(
        loader=PackageLoader("scripts.lib.compat", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    details = _Details()
    rows = [_row(row, outcome, details) for row in reversed(outcome.rows)]
    return templates.get_template("page.html.j2").render(
        outcome=outcome,
        rows=rows,
        details=details.entries,
        signs=SIGNS,
        counts=Counter(kind(cell) for row in outcome.rows for cell in row.cells),
        breaks=breaks(outcome),
        fine=sum(row.fine for row in outcome.rows),
    )


class _Details:
    """What is said of cells, each text once."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self._known: dict[str, int] = {}

    def add(self, entry: dict[str, Any]) -> int:
        return self._known.setdefault(repr(entry), self._new(entry))

    def _new(self, entry: dict[str, Any]) -> int:
        if repr(entry) not in self._known:
            self.entries.append(entry)
        return len(self.entries) - 1


def _row(row: Row, outcome: Outcome, details: _Details) -> dict[str, Any]:
    cells = [_cell(cell, outcome.steps[cell.step], details) for cell in row.cells]
    mark, said = PROJECTIONS[row.projection.status]
    status = {"ok": "ok", "refused": "gone", "not-looked-at": "not-applicable"}[row.projection.status]
    told = details.add({"step": "built release", "words": said, "reason": row.projection.reason})
    projection = {"kind": status, "sign": mark, "words": said, "detail": told}
    return {"version": row.version, "fine": row.fine, "cells": [*cells, projection]}


def _cell(cell: Cell, why: str, details: _Details) -> dict[str, Any]:
    entry = {"step": cell.step, "why": why, "words": words(cell), "reason": cell.reason}
    if cell.file and cell.line:
        entry["place"] = f"{cell.file}:{cell.line}"
    if cell.proposal:
        entry["proposal"] = cell.proposal
    return {"kind": kind(cell), "sign": sign(cell), "words": words(cell), "detail": details.add(entry)}
