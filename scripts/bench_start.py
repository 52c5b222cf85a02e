"""Measure how long the stack takes to start: from nothing, again, and after all of it was killed.

Each run has volumes and a name of its own; the images are there before, as after a pull. Writes bench-start.json and
bench-start.md to out/PRODUCT/, with the figures of the way in which the product was run before beside them: those that
its folder holds, or with --before measured anew by the product's own program, which takes its time.
"""

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scripts.lib import cli, console, records
from scripts.lib.cli import Done, Option
from scripts.lib.errors import SettingsInvalid
from scripts.lib.records import Image
from scripts.lib.settings.bench import WayBefore
from scripts.lib.settings.selection import Selection
from scripts.lib.start_times import before

if TYPE_CHECKING:
    from scripts.lib.start_times.figures import StartTimes

MOST = 50
RUNS = Option("--runs", "how many runs (default: 3)", "N")
BEFORE = Option("--before", "measure the way before, too")


def bench_start(selection: Selection, given: argparse.Namespace) -> Done:
    """Return the medians of all runs."""
    runs = _number(given.runs or "3")
    image = records.need(selection.checkout, Image, "build")
    times = _measured(selection, image, runs, before.of(selection, anew=given.before))
    _write(selection, times)
    middle = [times.seconds(of)[0] for of in (lambda r: r.cold, lambda r: r.warm, lambda r: r.killed)]
    return Done("healthy after {:.1f} s from nothing, {:.1f} s again, {:.1f} s after kill -9".format(*middle))


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise SettingsInvalid(f"--runs: {text!r} is no whole number from 1 to {MOST}", hint="leave it out for 3 runs")
    return int(text)


def _measured(selection: Selection, image: Image, runs: int, known: WayBefore | None) -> "StartTimes":
    from scripts.lib import engine
    from scripts.lib.stand import remove_stands
    from scripts.lib.start_times.figures import Machine, StartTimes
    from scripts.lib.start_times.measuring import measure

    labels = {"graft.product": selection.product.product, "graft.run": "bench-start"}
    labels["graft.checkout"] = selection.checkout.mark
    remove_stands(labels)  # of a run that was killed: no other one holds the lock
    references = {name: built.reference for name, built in image.images.items()}
    cores, memory = engine.machine()
    done = []
    for number in range(runs):
        with console.part(f"run {number + 1} of {runs}"):
            done.append(measure(selection, references, selection.checkout.log("bench-start"), labels))
    return StartTimes(
        product=selection.product.product,
        version=image.version,
        tree=image.tree,
        images={name: built.size for name, built in image.images.items()},
        machine=Machine(cores=cores, memory=memory),
        at=datetime.now(UTC),
        runs=tuple(done),
        before=known,
    )


def _write(selection: Selection, times: "StartTimes") -> None:
    from scripts.lib.start_times.table import table

    out, told = selection.checkout.out, table(times)
    (out / "bench-start.json").write_text(times.model_dump_json(indent=2) + "\n")
    (out / "bench-start.md").write_text(told)
    console.result(told)


if __name__ == "__main__":
    cli.main("bench_start", bench_start, __doc__, (RUNS, BEFORE))
