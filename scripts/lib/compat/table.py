"""The look as a table on the terminal: releases that are met alike share a line."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.table import Table
from rich.text import Text

from scripts.lib.compat.advice import between
from scripts.lib.compat.outcome import Outcome, Row
from scripts.lib.compat.signs import PROJECTIONS, kind, sign

STYLES = {"ok": "green", "alternative": "cyan", "not-applicable": "dim"}


def table(outcome: Outcome) -> Table:
    """Return the newest releases first; a column says how many steps fit, and each of the others is named."""
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("releases", "fit", "by another alternative", "not for these", "broken", "built release"):
        shown.add_column(name, overflow="fold", header_style="bold")
    for rows in _alike(outcome.rows):
        row = rows[-1]
        shown.add_row(
            Text(between([one.version for one in rows])),
            Text(f"{sum(cell.status == 'ok' for cell in row.cells)} of {len(row.cells)}"),
            _named(row, "alternative"),
            _named(row, "not-applicable"),
            _broken(row),
            Text(" ".join(PROJECTIONS[row.projection.status])),
        )
    return shown


def _alike(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Group the releases that follow each other and are met in the same way, the newest group first."""
    yield from reversed([list(group) for _, group in groupby(rows, _signature)])


def _signature(row: Row) -> tuple[str, ...]:
    return (row.projection.status, *(sign(cell) for cell in row.cells))


def _named(row: Row, wanted: str) -> Text:
    names = [cell.step for cell in row.cells if kind(cell) == wanted]
    return Text(", ".join(names), style=STYLES[wanted])


def _broken(row: Row) -> Text:
    return Text(", ".join(f"{cell.step} {sign(cell)} {cell.status}" for cell in row.broken), style="red")
