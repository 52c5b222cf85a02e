"""Show on which basis each environment re-brands, and how many people use what runs.

The fetched version is judged under the upstream's licence for every environment; the exit code is 20 unless the
chosen one's passed. Where a deployment runs on this machine, those who used it in the last 30 days are counted,
read-only, from its own database. More than a small deployment may have, or a number that is not to be had, is refused
for whatever environment states that basis.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from scripts.lib import cli, console, records
from scripts.lib.cli import Done
from scripts.lib.errors import GateRefused
from scripts.lib.licence.judgement import MOST_END_USERS, Judgement, judge_all
from scripts.lib.records import FetchedSource, Source
from scripts.lib.settings.environment import Environment, SmallDeployment
from scripts.lib.settings.licence import LicenceRule
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import Selection

if TYPE_CHECKING:
    from scripts.lib.licence.end_users import EndUsers

COLOURS = {"passed": "green", "failed": "red", "unknown": "yellow"}


@dataclass(frozen=True)
class Row:
    """One environment: what the licence says of it, and who uses what runs there."""

    environment: Environment
    judged: Judgement
    users: "EndUsers | None"


def licence(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  the form of every stage
    """Return what allows the chosen environment; raises GateRefused with what does not, and with too many users."""
    source = records.need(selection.checkout, Source, "fetch")
    product = selection.product
    rows = [
        Row(one, judge_all(product, source, one.licence), _users(selection, one)) for one in _environments(selection)
    ]
    console.out.print(_table(rows, product, source))
    chosen = next(row for row in rows if row.environment.environment == selection.environment.environment)
    name = chosen.environment.environment
    refused = [] if chosen.judged.state == "passed" else [f"{name} is {chosen.judged.state}: {chosen.judged.because}"]
    refused += [problem for row in rows for problem in _too_many(row, product, source)]
    if refused:
        raise GateRefused(refused, hint=f"state a basis that holds in {selection.checkout.environments}")
    return Done(f"{name} may be published: {chosen.judged.because}")


def _too_many(row: Row, product: Product, source: Source) -> list[str]:
    """Return what is wrong with the users of a small deployment; of any other basis, or older version, nothing is."""
    environment, users = row.environment, row.users
    if users is None or not isinstance(environment.licence, SmallDeployment):
        return []
    rules = (product.licence.rule(users.version), *(rule for _, rule, _ in _laid_in(product, source)))
    if all(rule and not rule.needs_basis for rule in rules):
        return []
    place = f"{environment.environment}: its basis is small-deployment, at most {MOST_END_USERS} end users in 30 days"
    if users.number is None:
        return [f"{place}, and how many there are is not known: {users.because}"]
    return [f"{place}, and its database has {users.number}"] if users.number > MOST_END_USERS else []


def _environments(selection: Selection) -> list[Environment]:
    return [load(path, Environment) for path in sorted(selection.checkout.environments.glob("*.yaml"))]


def _users(selection: Selection, environment: Environment) -> "EndUsers | None":
    """Count, where the product says how it runs; None where nothing runs."""
    if selection.product.deploy is None:
        return None
    from scripts.lib.deploy import target as targets
    from scripts.lib.licence import end_users

    return end_users.count(targets.of(replace(selection, environment=environment)))


def _laid_in(product: Product, source: Source) -> list[tuple[str, LicenceRule | None, FetchedSource]]:
    """Return each source that is laid into the tree, with the rule of its version and as it was fetched."""
    terms = {name: one.licence for name, one in product.laid_in.items() if one.licence}
    found = {name: source.sources[name] for name in terms}
    return [(name, own.rule(found[name].version), found[name]) for name, own in terms.items()]


def _text(version: str, rule: LicenceRule | None, text: str | None) -> str:
    came = rule.texts.get(text or "") if rule else None
    read = f"a text that came with {came}" if came else "a text that nobody has read"
    return f"{version}: {rule.name if rule else 'no rule'}, {read}"


def _table(rows: Sequence[Row], product: Product, source: Source) -> Table:
    title = [_text(source.version, product.licence.rule(source.version), source.licence)]
    title += [f"{name} {_text(one.version, rule, one.licence)}" for name, rule, one in _laid_in(product, source)]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", title_justify="left", title="\n".join(title))
    for name in ("environment", "basis", "state", f"end users in 30 days (of {MOST_END_USERS})"):
        table.add_column(name)
    for row in rows:
        state = Text(row.judged.state, COLOURS[row.judged.state])
        table.add_row(row.environment.environment, _basis(row.environment), state, _counted(row.users))
    return table


def _basis(environment: Environment) -> str:
    stated = environment.licence
    reference = getattr(stated, "reference", None) or getattr(stated, "end_users", None)
    return f"{stated.basis} ({reference})" if reference else stated.basis


def _counted(users: "EndUsers | None") -> str:
    if users is None:
        return "nothing runs here"
    return f"{'not known' if users.number is None else users.number}, on {users.version}"


if __name__ == "__main__":
    cli.main("licence", licence, __doc__, locks=False)
