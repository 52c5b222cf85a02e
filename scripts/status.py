"""Show what is here: records, images, what is out of date, the last runs.

Reads only, waits for nobody and works in an empty checkout, with half a run behind it, and without Docker.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from scripts.lib import chain, cli, console, ledger, lock_file, records
from scripts.lib.chain import Link
from scripts.lib.cli import Done
from scripts.lib.errors import Failure
from scripts.lib.settings.environment import EmbeddedRegistry
from scripts.lib.settings.selection import Selection

if TYPE_CHECKING:
    from scripts.lib.deploy.stack import Service
    from scripts.lib.ledger import Entry

RUNS = 5
SIGNS = {
    "ok": ("●", "green", "up to date"),
    "stale": ("◐", "yellow", "out of date"),
    "missing": ("○", "dim", "not there"),
    "refused": ("✗", "red", "refused"),
}
SERVES = {"this": "and serves", "previous": "the one before serves", "nothing": "nothing serves"}
OUTCOMES = {"done": "green", "up-to-date": "green", "failed": "red", "interrupted": "yellow"}


def status(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  the form of every stage
    """Show the state of one product in one environment."""
    links = chain.look(selection)
    now = datetime.now(UTC)
    for table in (_facts(selection), _line(links, now), _runs(_last_runs(selection), now)):
        console.out.print(table, soft_wrap=False)
        console.out.print()
    behind = [link for link in links if link.state != "ok"]
    says = f"{len(links) - len(behind)} of {len(links)} stages are up to date"
    return Done(says, hint=f"run: invoke {behind[-1].stage}" if behind else None)


def _facts(selection: Selection) -> Table:
    """What this is about: product, lock, images, registry, release."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True, min_width=13)
    table.add_column(overflow="fold")
    product, environment = selection.product, selection.environment
    table.add_row("product", Text(f"{product.title} ({product.product})", style="bold"))
    table.add_row("environment", environment.environment)
    table.add_row("upstream lock", _lock(selection))
    table.add_row("customization", f"version {product.customization_version}, {len(selection.steps)} steps")
    released = (*_images(selection), ("registry", _registry(selection)), *_released(selection))
    for label, text in (*released, *_deployed(selection)):
        table.add_row(label, text)
    return table


def _lock(selection: Selection) -> str:
    try:
        lock = lock_file.read(selection.checkout)
    except Failure as failure:
        return failure.problems[0]
    if lock is None:
        return "none yet: run invoke update"
    return ", ".join(f"{name} {source.version}" for name, source in lock.sources.items())


def _images(selection: Selection) -> list[tuple[str, str]]:
    image = records.find(selection.checkout, records.Image)
    if image is None:
        return [("image", "none yet")]
    return [
        ("image", f"{built.reference}\n{built.image_id[:19]}, {console.size(built.size)}, {_in_engine(built)}")
        for built in image.images.values()
    ]


def _in_engine(built: records.BuiltImage) -> str:
    from scripts.lib import engine

    try:
        found = engine.image_id(built.reference)
    except Failure as failure:
        return failure.problems[0]
    if found is None:
        return "no longer in the engine"
    return "in the engine" if found == built.image_id else "the engine has another image of that name"


def _registry(selection: Selection) -> str:
    settings = selection.environment.registry
    if not isinstance(settings, EmbeddedRegistry):
        return f"{settings.host}/{settings.namespace}".rstrip("/")
    from scripts.lib import embedded_registry

    try:
        running = embedded_registry.is_running(settings)
    except Failure as failure:
        return f"localhost:{settings.port}, embedded: {failure.problems[0]}"
    return f"localhost:{settings.port}, embedded, {'running' if running else 'not running (publish starts it)'}"


def _released(selection: Selection) -> list[tuple[str, str]]:
    release = records.find(selection.checkout, records.Release, selection.environment.environment)
    if release is None:
        return [("last release", "none yet")]
    return [
        ("last release", "\n".join([*image.tags, f"{image.repository}@{image.digest}"]))
        for image in release.images.values()
    ]


def _deployed(selection: Selection) -> list[tuple[str, str]]:
    """What runs on this machine for the environment; nothing where its product does not say how it runs."""
    if selection.product.deploy is None:
        return []
    from scripts.lib.deploy import deployments, stack
    from scripts.lib.deploy import target as targets

    try:
        target = targets.of(selection)
        at_work = deployments.holder_of(target.stack)
        running, history = stack.services(target.stack), deployments.history(target.stack)
    except Failure as failure:
        return [("deployed", failure.problems[0])]
    if not running and not history:
        return [("deployed", "never yet")]
    rows = [(one.service, f"{_running(one)}, image {(one.image_id or 'gone')[:19]}") for one in running]
    good = deployments.last_good(history)
    if good:
        at = f"{good.began:%Y-%m-%d %H:%M} UTC by {good.by}"
        rows.insert(0, ("deployed", f"{good.version} as {target.stack} at {good.url}, {at}"))
    last = history[-1] if history else None
    if at_work:
        rows.append(("now", f"at work: {at_work}"))
    elif last and last.outcome != "done":
        rows.append(("last deploy", f"{last.outcome}, {SERVES[last.serves]}: {last.says}"))
    return rows


def _running(one: "Service") -> str:
    if not one.state.running:
        return f"stopped (exit code {one.state.exit_code})"
    return f"running, {one.state.health or 'without a health check'}"


def _line(links: Sequence[Link], now: datetime) -> Table:
    """The line of stages, each with its record."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    widths = {"": 1, "stage": 9, "state": 11, "record": None, "made": 10}
    for name, width in widths.items():
        table.add_column(name, min_width=width, no_wrap=width is not None, overflow="fold")
    for link in links:
        sign, colour, word = SIGNS[link.state]
        when = _ago(link.made, now) if link.made else ""
        table.add_row(Text(sign, colour), link.stage, Text(word, colour), Text(link.says), Text(when, "dim"))
    return table


def _last_runs(selection: Selection) -> "list[Entry]":
    """The last runs that were more than a look; none where the ledger is of another form."""
    try:
        found = ledger.entries(selection.checkout)
    except ValidationError as error:
        console.note(f"the ledger is not readable: {error.errors()[0]['msg']}")
        return []
    return [entry for entry in found if entry.stage != "status"][-RUNS:]


def _runs(entries: "Sequence[Entry]", now: datetime) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    widths = {"last run": 9, "end": 11, "took": 11, "when": 10}
    for name, width in widths.items():
        table.add_column(name, min_width=width, no_wrap=True)
    table.add_column("what it said", overflow="ellipsis", no_wrap=True)
    for entry in entries:
        outcome = Text(entry.outcome.replace("-", " "), OUTCOMES[entry.outcome])
        took, when = console.seconds(entry.seconds), Text(_ago(entry.started, now), "dim")
        table.add_row(entry.stage, outcome, took, when, Text(entry.says.splitlines()[0] if entry.says else ""))
    if not entries:
        table.add_row(Text("none yet", "dim"))
    return table


def _ago(then: datetime, now: datetime) -> str:
    """Word how long ago something was."""
    seconds = max(0, int((now - then).total_seconds()))
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit} ago"
    return "just now"


if __name__ == "__main__":
    cli.main("status", status, __doc__, locks=False)
