"""The line and its parts against a plain build of the untouched upstream, in one run of at most half an hour.

    python -m benchmarks [--runs N] [--resume] [GROUP …]        or: nox -s benchmarks -- …

It works in a clean clone of what is committed, with a cache and a registry of its own, and EMPTIES the builder's cache
of this Docker engine before each cold run. Base images are made beforehand. Each measurement is written to
benchmarks/line.json as it is made, and the tables of docs/benchmarks.md with it. It needs 9 GB of memory and 20 GB of
disk.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import results as kept
from benchmarks.clone import ROOT, Clone, say
from benchmarks.groups import GROUPS
from benchmarks.results import Results
from scripts.lib import capacity, console, engine, shell
from scripts.lib.errors import Failure

BUDGET = 30 * 60.0
"""Seconds after which no further group is begun."""
MORE_THAN_ONCE = ("release", "push", "locales")
"""Groups that --runs repeats; the others take minutes."""
DISK, MEMORY = 20_000_000_000, 9_000_000_000


def main() -> None:
    """Measure, write, print; ends with 1 where something was not measured, or a target was missed."""
    given = _given()
    began = time.monotonic()
    try:
        capacity.require(Path(engine.root_folder()), DISK, MEMORY)
        results = _results(resume=given.resume or bool(given.groups))
        with tempfile.TemporaryDirectory(prefix="graft-benchmark-") as scratch:
            _measure(_wanted(given, results), given.runs, results, Clone(Path(scratch)), began + BUDGET)
    except Failure as failure:
        sys.exit("\n".join((*failure.problems, f"hint: {failure.hint}")))
    console.result(kept.tables(results))
    problems = [*(f"{group}: {why}" for group, why in results.failed.items()), *kept.missed(results)]
    sys.exit("\n".join(problems) or 0)


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"only these: {', '.join(GROUPS)}")
    parser.add_argument("--runs", type=int, default=1, help=f"how often {', '.join(MORE_THAN_ONCE)} run")
    parser.add_argument("--resume", action="store_true", help="keep the groups that this commit has whole already")
    given = parser.parse_args()
    unknown = sorted(set(given.groups) - set(GROUPS))
    if unknown:
        parser.error(f"there is no group {', '.join(unknown)}")
    return given


def _results(*, resume: bool) -> Results:
    """Return what this commit has measured before, where that is to be kept."""
    commit = shell.run(["git", "rev-parse", "HEAD"], cwd=ROOT).output.strip()
    before = Results.read()
    return before if resume and before.commit == commit else Results(commit=commit, machine=kept.machine())


def _wanted(given: argparse.Namespace, results: Results) -> list[str]:
    """Return the groups to run; on --resume those that have no figures, or not all."""
    done = {one.group for one in results.measured} - set(results.failed)
    return given.groups or [group for group in GROUPS if not (given.resume and group in done)]


def _measure(groups: list[str], runs: int, results: Results, clone: Clone, deadline: float) -> None:
    """Run the groups one after the other; one that fails leaves the others alone."""
    try:
        with console.part("bring the upstream and make the base images"):
            clone.invoke("customize")
            clone.make_bases()
        results.version = clone.fetched().version
        for group in groups:
            results.forget(group)
            results.failed[group] = "it was broken off"
            late = time.monotonic() > deadline
            why = f"not begun within {BUDGET / 60:.0f} minutes" if late else _run(group, runs, results, clone)
            results.failed.pop(group)
            results.failed |= {group: why} if why else {}
            _write(results)
    finally:
        clone.remove()


def _run(group: str, runs: int, results: Results, clone: Clone) -> str | None:
    """Run a group; returns why it has no figures, or not all."""
    console.note(f"{group}: {(GROUPS[group].__doc__ or '').strip()}")
    try:
        for _ in range(runs if group in MORE_THAN_ONCE else 1):
            for measured in GROUPS[group](clone):
                say(measured)
                results.measured.append(measured)
                _write(results)
    except Failure as failure:
        console.note("\n".join(failure.problems))
        return failure.problems[0]
    return None


def _write(results: Results) -> None:
    results.write()
    kept.PAGE.write_text(kept.page(results, kept.PAGE.read_text()))


if __name__ == "__main__":
    main()
