"""What stands of several images are tried with: the images of a line of Pair, and what they left."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.lib import engine
from scripts.lib.settings.selection import Selection, select
from scripts.lib.stack_stand import StackStand, stack_stand
from tests.integration.test_line import Line

KINDS: tuple[engine.Kind, ...] = ("container", "network", "volume")


def selection_of(line: Line, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """Return the settings of a line, as its stages have them."""
    for name, value in (("CHECKOUT", str(line.root)), ("CACHE", str(line.cache))):
        monkeypatch.setenv(name, value)
    return select(line.product, "test")


def references(line: Line) -> dict[str, str]:
    """Return what was built: image -> reference."""
    return {name: built["reference"] for name, built in line.record("image")["images"].items()}


@contextmanager
def a_stand(
    line: Line,
    selection: Selection,
    labels: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
    overlays: Sequence[Path] = (),
) -> Iterator[StackStand]:
    """Give a stand of what a line has built, not started."""
    log = selection.checkout.log("stand")
    with stack_stand(
        selection, references(line), log=log, labels=labels, environment=environment or {}, overlays=overlays
    ) as stack:
        yield stack


def left(labels: Mapping[str, str]) -> list[str]:
    """Return everything that bears these labels."""
    return [f"{kind} {one}" for kind in KINDS for one in engine.labelled(kind, labels)]
