"""See on which upstream releases the customizations hold, without building any.

Looks at the newest 20 releases that product.yaml allows; --last N at others, --since VERSION at all from that one on,
--all at every one, --ref REF at a branch, tag or commit of the upstream's repository. Of each release only the files
that steps look at are kept, so that a second look takes seconds. Every step is tried in memory on each of them: whether
it fits and by which alternative, whether its end state stands then, and what is edited parses; where the built release
is in the cache too, whether that takes every change. What does not hold is told with an edit to paste.

Writes out/PRODUCT/compat.json and compat.html, a matrix of releases and steps; --json PATH writes the former there too.
Ends with exit code 20 where a step does not hold.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from scripts.lib import cli, console, lock_file, write_together
from scripts.lib.cli import Done, Option
from scripts.lib.compat import releases
from scripts.lib.compat.advice import Break, breaks, with_ranges
from scripts.lib.compat.outcome import Outcome
from scripts.lib.compat.releases import Wish
from scripts.lib.compat.survey import of_ref, of_releases
from scripts.lib.errors import GateRefused, SettingsInvalid
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.sources import PypiSource

OPTIONS = [
    Option("--last", "the newest N releases (default: 20)", metavar="N"),
    Option("--since", "this release and all after it", metavar="VERSION"),
    Option("--all", "every release that product.yaml allows"),
    Option("--ref", "a branch, tag or commit instead of releases", metavar="REF"),
    Option("--json", "write the outcome there too", metavar="PATH"),
]


def compat(selection: Selection, given: argparse.Namespace) -> Done:
    """Return when every step holds on every release that was asked for."""
    outcome = with_ranges(_outcome(selection, given), _locked(selection))
    places = _written(selection, outcome, given.json)
    _show(outcome)
    found = breaks(outcome)
    if found:
        raise GateRefused(
            [line for one in found for line in _told(one)],
            hint=f"edit these steps as proposed above; the whole matrix is {places[1]}",
        )
    first, last = outcome.rows[0].version, outcome.rows[-1].version
    over = f"{len(outcome.rows)} releases, {first} to {last}" if len(outcome.rows) > 1 else last
    return Done(f"{len(outcome.steps)} steps hold on {over}; {places[1]}")


def _outcome(selection: Selection, given: argparse.Namespace) -> Outcome:
    rows = of_ref(selection, given.ref) if given.ref else of_releases(selection, _wished(selection, given))
    tree = selection.product.sources[selection.product.tree]
    return Outcome(
        product=selection.checkout.product,
        customization_version=selection.product.customization_version,
        upstream=tree.version if isinstance(tree, PypiSource) else "",
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        steps={step.id: step.why for step in selection.steps},
        rows=rows,
    )


def _locked(selection: Selection) -> str | None:
    lock = lock_file.read(selection.checkout)
    return lock.sources[selection.product.tree].version if lock else None


def _wished(selection: Selection, given: argparse.Namespace) -> list[releases.Release]:
    if given.last and not (given.last.isdecimal() and int(given.last)):
        raise SettingsInvalid(f"--last {given.last}: is no number of releases", hint="name one such as 20")
    last = int(given.last) if given.last else None
    whole = given.all or given.since
    return releases.find(selection.product, Wish(last or (None if whole else releases.NEWEST), given.since))


def _written(selection: Selection, outcome: Outcome, further: str | None) -> tuple[Path, Path]:
    from scripts.lib.compat.page import page

    out = selection.checkout.out
    places = out / "compat.json", out / "compat.html"
    data = outcome.model_dump_json(indent=1) + "\n"
    contents = {places[0]: data, places[1]: page(outcome)}
    if further:
        contents[Path(further)] = data
    write_together.write_together(contents)
    return places


def _told(one: Break) -> list[str]:
    first, *more = one.reason.split("\n")
    return [f"{one.step} is {one.status} in {one.over}: {first}", *(f"  {line}" for line in more)]


def _show(outcome: Outcome) -> None:
    from scripts.lib.compat.table import table

    console.out.print(table(outcome), soft_wrap=False)
    for one in breaks(outcome):
        _propose(one)


def _propose(one: Break) -> None:
    if one.proposal:
        console.result(f"\n{one.step}, {one.over}:")
        for line in one.proposal.splitlines():
            console.result(f"  {line}")


if __name__ == "__main__":
    cli.main("compat", compat, __doc__, OPTIONS, locks=False)
