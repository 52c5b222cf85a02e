"""What a person sees: progress on stderr while a stage runs, one line of success on stdout at its end.

On a terminal progress is live; in a log (CI) it is one line at the start of each part and one at its end.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


class Part:
    """One running part of a stage, such as a download or a build: says how far it is."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def update(self, *, done: float | None = None, total: float | None = None, says: str | None = None) -> None:
        """Show `done` of `total` units, or the line that the tool said last."""
        self._progress.update(self._task, completed=done, total=total)
        if says is not None:
            self._progress.update(self._task, says=says[:100])


@contextmanager
def part(what: str) -> Iterator[Part]:
    """Show that `what` runs and how long it has been; afterwards, how long it took."""
    started = time.monotonic()
    live = err.is_terminal
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[says]}", markup=False),
    )
    if not live:
        note(f"  {what} ...")
    with Progress(*columns, console=err, transient=True, disable=not live) as progress:
        yield Part(progress, progress.add_task(what, total=None, says=""))
    note(f"  {what}: {seconds(time.monotonic() - started)}")


def note(line: str) -> None:
    """Say a line that is no result: to stderr."""
    err.print(line, markup=False)


def result(line: str) -> None:
    """Say a line that somebody may read or pipe on: to stdout."""
    out.print(line, markup=False)


def seconds(value: float) -> str:
    """Word a duration given in seconds."""
    return f"{value:.1f} s" if value < 60 else f"{int(value // 60)} min {value % 60:.0f} s"


def size(number: float) -> str:
    """Word a size given in bytes, in decimal units as registries do."""
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000
    return f"{number:.2f} GB"
