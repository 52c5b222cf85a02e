"""One test for each thing that a person sees, on stands of the current image; the pages are visited once for all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from scripts.lib import records
from scripts.lib.branding.present import Branding, named
from scripts.lib.records import Check, Image, Source, Tree
from scripts.lib.run_lock import run_lock
from scripts.lib.settings.selection import Selection
from scripts.lib.standing import standing
from scripts.smoke import branding
from smoke.conftest import selection_of, told


@dataclass(frozen=True)
class OfImage:
    """One check and the image that it is made of."""

    image: str
    name: str


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    with told():
        selection = selection_of(metafunc.config)
        images = records.need(selection.checkout, Image, "build").images
        checks = [OfImage(image, name) for image in images for name in _branding(selection, image).expected()]
    metafunc.parametrize("seen", checks, ids=[of.name for of in checks])


@pytest.fixture(scope="session")
def walks(pytestconfig: pytest.Config) -> Iterator[Callable[[str], Sequence[Check]]]:
    """Image name -> all that a browser saw of it; walked once."""
    with told():
        selection = selection_of(pytestconfig)
        with run_lock(selection.checkout, "smoke"):

            @cache
            def walk(name: str) -> Sequence[Check]:
                with told():
                    return _walk(selection, name)

            yield walk


def test_it_is_seen(seen: OfImage, walks: Callable[[str], Sequence[Check]]) -> None:
    checks = [check for check in walks(seen.image) if named(check.name, check.step) == seen.name]
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
