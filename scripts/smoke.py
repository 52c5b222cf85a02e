"""Start the image as an environment would and look at every proof.

The container runs on a network of its own without internet, under the limits of the environment; several images that
need each other (`stand` of product.yaml) run together, as a deploy would start them. Every check runs, every failure
is reported with what was seen (exit code 20), and the container's log is kept in out/PRODUCT/logs when something fails.
Reads the records Source, Tree and Image; writes SmokeReport.
"""

import argparse
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from scripts.lib import cli, console, proving, records
from scripts.lib.aside import aside
from scripts.lib.cli import Done
from scripts.lib.errors import CommandFailed, GateRefused, RecordMissing
from scripts.lib.records import PARTS, BuiltImage, Check, Coverage, Image, Shot, SmokeReport, Source, Tree
from scripts.lib.settings.selection import Selection
from scripts.lib.standing import held, labels, standing, together

if TYPE_CHECKING:
    from scripts.lib.branding.covered import Covering
    from scripts.lib.branding.present import Branding
    from scripts.lib.functions import Trial
    from smoke.checks import Planned


def smoke(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  the form of every stage
    """Return how many checks passed; raises GateRefused with every one that did not."""
    checkout = selection.checkout
    image = records.need(checkout, Image, "build")
    tree = records.need(checkout, Tree, "customize")
    source = records.need(checkout, Source, "fetch")
    _require_image(image, tree)
    _require_all(selection, image)
    also = proving.files(checkout, selection.product)
    inputs = proving.inputs(selection.product, selection.every_step, selection.environment, tree, image, also)
    before = records.find(checkout, SmokeReport)
    current = before is not None and before.inputs == inputs and selection.parts.issubset(before.parts)
    if before and current and not before.problems:
        return Done(f"{_count(before)}, up to date", up_to_date=True)
    _require_browser(selection)
    report = _report(selection, source, tree, image, inputs)
    records.write(checkout, report)
    if report.problems:
        raise GateRefused(
            report.problems,
            hint=f"the logs are in {checkout.out / 'logs'}; correct the step or its proof, then run: invoke smoke",
        )
    return Done(_count(report))


def _require_browser(selection: Selection) -> None:
    """Raise ResourceMissing, before anything is started, where pages are to be looked at and no browser is here."""
    if "branding" in selection.parts:
        from smoke.browser import require

        require()


def _report(selection: Selection, source: Source, tree: Tree, image: Image, inputs: str) -> SmokeReport:
    from scripts.lib.stand import remove_stands

    remove_stands(labels(selection))  # of a run that was killed: no other one holds the lock
    seen: dict[str, _Seen] = {}
    name = next(iter(image.images))
    try:
        if selection.product.stand:
            seen = _look_at_all(selection, source, tree, image.images)
        else:
            for name, built in image.images.items():
                seen[name] = _look_at(selection, source, tree, name, built)
    except CommandFailed as failure:
        never = Check(name="starts", step=None, layer="http", passed=False, evidence=failure.problems[0])
        records.write(selection.checkout, _as_report(selection, image, inputs, seen | {name: _Seen((never,))}))
        raise
    return _as_report(selection, image, inputs, seen)


@dataclass(frozen=True)
class _Seen:
    """What one image showed."""

    checks: tuple[Check, ...]
    seconds: float | None = None
    """To healthy; None where it never was."""
    shots: tuple[Shot, ...] = ()
    coverage: Mapping[str, Coverage] = field(default_factory=dict)


def _look_at(selection: Selection, source: Source, tree: Tree, name: str, built: BuiltImage) -> _Seen:
    from smoke.checks import look

    planned = _planned(selection, source, name, built)
    shots: tuple[Shot, ...] = ()
    covering = None
    with standing(selection, source, tree, name, built, planned) as (stand, subject, seconds):
        with console.part(f"look at {len(planned)} proofs of {name}"):
            checks = tuple(look(one, subject) for one in planned)
        if "branding" in selection.parts:
            covering = covering_of(looks := branding(selection, source, tree, name, built))
            walked = looks.look(held(built), stand.address, [covering.brand])
            checks, shots = checks + walked.checks, walked.shots
        if not all(check.passed for check in checks):
            stand.keep_log()
    console.err.print(_table(name, checks))
    measured: Future[dict[str, Coverage]] | None = None
    if covering:
        files = covering.files(held(built))
        measured = aside(lambda: covering.measure(files))  # what the application does is waited for most of the time
    if "functions" in selection.parts:
        checks += _try(selection, tree, name, built)
    return _Seen(checks, seconds, shots, _coverage(name, measured) if measured else {})


def _coverage(name: str, measured: "Future[dict[str, Coverage]]") -> dict[str, Coverage]:
    with console.part(f"look for the upstream's brand in {name}"):
        return measured.result()


def _look_at_all(
    selection: Selection, source: Source, tree: Tree, images: Mapping[str, BuiltImage]
) -> dict[str, _Seen]:
    """Look at the proofs of all images on one stand."""
    from smoke.checks import look

    planned = {name: _planned(selection, source, name, built) for name, built in images.items()}
    checks: dict[str, tuple[Check, ...]] = {}
    with together(selection, source, tree, images, planned) as (stack, subjects, seconds):
        for name in images:
            with console.part(f"look at {len(planned[name])} proofs of {name}"):
                checks[name] = tuple(look(one, subjects[name]) for one in planned[name])
        if not all(check.passed for found in checks.values() for check in found):
            stack.keep_log()
    for name, found in checks.items():
        console.err.print(_table(name, found))
    return {name: _Seen(found, seconds) for name, found in checks.items()}


def _planned(selection: Selection, source: Source, name: str, built: BuiltImage) -> "tuple[Planned, ...]":
    from smoke.checks import plan

    return plan(selection.steps_with(built.sets), selection.product.images[name], source.version, name=name)


def branding(selection: Selection, source: Source, tree: Tree, name: str, built: BuiltImage) -> "Branding":
    """Return what looks at the pages of one image."""
    from scripts.lib.branding.present import Branding
    from scripts.lib.branding.rounds import Rounds
    from scripts.lib.branding.upstream import Upstream

    rounds = Rounds(selection, name, labels(selection))
    return Branding(rounds, Upstream(rounds, source), tree, built)


def covering_of(looks: "Branding") -> "Covering":
    """Return what measures how much of the image bears our brand, while its pages are looked at and after."""
    from scripts.lib.branding.covered import Covering

    return Covering(looks)


def _try(selection: Selection, tree: Tree, name: str, built: BuiltImage) -> tuple[Check, ...]:
    """Look at what the application does, on stands of their own."""
    from scripts.lib.functions import table

    with (
        trying(selection, tree, name, built) as trial,
        console.part(f"look at {len(trial.functions)} things that {name} does"),
    ):
        checks = tuple(trial.look(function) for function in trial.functions)
    console.err.print(table(f"{name}: what it does", checks))
    return checks


def trying(selection: Selection, tree: Tree, name: str, built: BuiltImage) -> "AbstractContextManager[Trial]":
    """Give the stands on which one sees what an image does, started, and the checks for them."""
    from scripts.lib.functions import trial

    return trial(selection, name, held(built), tree, labels(selection))


def _require_image(image: Image, tree: Tree) -> None:
    """Raise RecordMissing where the images are of another tree, or gone, so that a proof would be about nothing."""
    if image.tree != tree.tree:
        raise RecordMissing(
            f"the image is of tree {image.tree[:12]}, the customized tree is {tree.tree[:12]}", hint="run: invoke build"
        )
    for built in image.images.values():
        held(built)


def _require_all(selection: Selection, image: Image) -> None:
    """Raise RecordMissing where only some of the images were built, as IMAGES asks for."""
    missing = selection.product.images_of(image.version).keys() - image.images.keys()
    if missing:
        raise RecordMissing(f"{', '.join(sorted(missing))} was not built", hint="unset IMAGES, then run: invoke build")


def _as_report(selection: Selection, image: Image, inputs: str, seen: Mapping[str, _Seen]) -> SmokeReport:
    return SmokeReport(
        inputs=inputs,
        environment=selection.environment.environment,
        images={name: built.image_id for name, built in image.images.items()},
        checks={name: one.checks for name, one in seen.items()},
        seconds_to_healthy={name: round(one.seconds, 2) for name, one in seen.items() if one.seconds is not None},
        parts=tuple(part for part in PARTS if part in selection.parts),
        shots=tuple(shot for one in seen.values() for shot in one.shots),
        coverage={name: found for one in seen.values() for name, found in one.coverage.items()},
    )


def _count(report: SmokeReport) -> str:
    checks = [check for of_image in report.checks.values() for check in of_image]
    steps = len({check.step for check in checks if check.step})
    after = report.seconds_to_healthy
    names = {", ".join(after): max(after.values())} if len(set(after.values())) < len(after) else after
    healthy = ", ".join(f"{name} healthy after {seconds:.1f} s" for name, seconds in names.items())
    return f"{len(checks)} checks passed, {steps} steps proven, {healthy}"


def _table(name: str, checks: Sequence[Check]) -> Table:
    """One line a step: how many of its checks passed, and what was seen at the first, or at the first that failed."""
    table = Table(title=name, title_justify="left", box=None, pad_edge=False, expand=True)
    for column in ("", "step", "checks"):
        table.add_column(column, no_wrap=True)
    table.add_column("seen", no_wrap=True, overflow="ellipsis", ratio=1)
    for step in dict.fromkeys(check.step for check in checks):
        own = [check for check in checks if check.step == step]
        failed = [check for check in own if not check.passed]
        shown = (failed or own)[0]
        mark = Text("no", "red") if failed else Text("ok", "green")
        count = f"{len(own) - len(failed)} of {len(own)}"
        table.add_row(mark, step or "every image", count, Text(f"{shown.name}: {shown.evidence}"))
    return table


if __name__ == "__main__":
    cli.main("smoke", smoke, __doc__, reported="refused")
