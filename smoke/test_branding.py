"""One test for each thing that a person sees, on stands of the current image; the pages are visited once for all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from time import monotonic

import pytest

from scripts.lib import records
from scripts.lib.branding.present import Branding, named
from scripts.lib.records import Check, Image, Source, Tree
from scripts.lib.run_lock import run_lock
from scripts.lib.settings.selection import Selection
from scripts.lib.standing import standing
from scripts.smoke import branding
from smoke.conftest import SECONDS, selection_of, told

pytestmark = pytest.mark.timeout(900)
"""Seconds: the first test waits until all pages were visited, where need be the upstream's too."""


@dataclass(frozen=True)
class OfImage:
    """One check and the image that it is made of."""

    image: str
    name: str
    time: int
    """Which of the looks at all pages, from 1."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    with told():
        selection = selection_of(metafunc.config)
        images = records.need(selection.checkout, Image, "build").images
        times = metafunc.config.getoption("--times")
        checks = [
            OfImage(image, name, time)
            for time in range(1, times + 1)
            for image in images
            for name in _branding(selection, image).expected()
        ]
    metafunc.parametrize("seen", checks, ids=[f"{of.time}: {of.name}" if times > 1 else of.name for of in checks])


@pytest.fixture(scope="session")
def walks(pytestconfig: pytest.Config) -> Iterator[Callable[[str, int], Sequence[Check]]]:
    """Image name, which time -> all that a browser saw of it; walked once a time."""
    with told():
        selection = selection_of(pytestconfig)
        with run_lock(selection.checkout, "smoke"):

            @cache
            def walk(name: str, time: int) -> Sequence[Check]:  # noqa: ARG001  each time is looked anew
                began = monotonic()
                with told():
                    seen = _walk(selection, name)
                pytestconfig.stash.setdefault(SECONDS, []).append(monotonic() - began)
                return seen

            yield walk


def test_it_is_seen(seen: OfImage, walks: Callable[[str, int], Sequence[Check]]) -> None:
    checks = [check for check in walks(seen.image, seen.time) if named(check.name, check.step) == seen.name]
    wrong = [f"{check.evidence} ({', '.join(check.files)})" for check in checks if not check.passed]
    if wrong or not checks:
        pytest.fail("; ".join(wrong) or "nobody looked", pytrace=False)


def _walk(selection: Selection, name: str) -> Sequence[Check]:
    source, tree = _records(selection)
    built = records.need(selection.checkout, Image, "build").images[name]
    with standing(selection, source, tree, name, built, ()) as (stand, _subject, _seconds):
        return _branding(selection, name).look(built.reference, stand.address).checks


def _branding(selection: Selection, name: str) -> Branding:
    source, tree = _records(selection)
    return branding(selection, source, tree, name, records.need(selection.checkout, Image, "build").images[name])


def _records(selection: Selection) -> tuple[Source, Tree]:
    place = selection.checkout
    return records.need(place, Source, "fetch"), records.need(place, Tree, "customize")
