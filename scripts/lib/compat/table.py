"""The look as a table on the terminal: releases that are met alike share a line."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from rich.table import Table
from rich.text import Text

from scripts.lib.compat.advice import between
from scripts.lib.compat.outcome import Outcome, Row
from scripts.lib.compat.signs import PROJECTIONS, kind, sign

STYLES = {"alternative": "cyan", "not-applicable": "dim"}


def table(outcome: Outcome) -> Table:
    """Return the newest releases first: how many steps fit, and which of them in another way or not at all."""
    groups = list(_alike(outcome.rows))
    columns = {name: [_CELLS[name](rows) for rows in groups] for name in _CELLS}
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    filled = {name: cells for name, cells in columns.items() if any(cell.plain for cell in cells)}
    for name in filled:
        shown.add_column(name, overflow="fold", no_wrap=name in ("releases", "fit", "built"), header_style="bold")
    for cells in zip(*filled.values(), strict=True):
        shown.add_row(*cells)
    return shown


def _alike(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Group the releases that follow each other and are met in the same way, the newest group first."""
    yield from reversed([list(group) for _, group in groupby(rows, _signature)])


def _signature(row: Row) -> tuple[str, ...]:
    return (row.projection.status, *(sign(cell) for cell in row.cells))


def _fit(row: Row) -> Text:
    return Text(f"{sum(cell.status == 'ok' for cell in row.cells)} of {len(row.cells)}")


def _named(row: Row, wanted: str) -> Text:
    names = [cell.step for cell in row.cells if kind(cell) == wanted]
    return Text(", ".join(names), style=STYLES[wanted])


def _broken(row: Row) -> Text:
    return Text(", ".join(f"{cell.step} ({cell.status})" for cell in row.broken), style="red")


_CELLS: dict[str, Callable[[Sequence[Row]], Text]] = {
    "releases": lambda rows: Text(between([row.version for row in rows])),
    "fit": lambda rows: _fit(rows[-1]),
    "built": lambda rows: Text(PROJECTIONS[rows[-1].projection.status][0]),
    "broken": lambda rows: _broken(rows[-1]),
    "by another alternative": lambda rows: _named(rows[-1], "alternative"),
    "not for these": lambda rows: _named(rows[-1], "not-applicable"),
}
"""Column -> what it shows of releases that are met alike; a column that stays empty is left out."""
