"""One test for each thing that the application does, on stands of the current image."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

import pytest

from scripts.lib import functions, records
from scripts.lib.functions import Trial
from scripts.lib.records import Image, Tree
from scripts.lib.run_lock import run_lock
from scripts.smoke import trying
from smoke.conftest import selection_of, told
from smoke.functions.checks import Function


@dataclass(frozen=True)
class OfImage:
    """One check and the image that it is made of."""

    image: str
    function: Function


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    with told():
        selection = selection_of(metafunc.config)
        images = records.need(selection.checkout, Image, "build").images
        checks = [OfImage(name, one) for name in images for one in functions.planned(selection, name)]
    metafunc.parametrize("does", checks, ids=[f"{of.function.stand} {of.function.name}" for of in checks])


@pytest.fixture(scope="session")
def trials(pytestconfig: pytest.Config) -> Iterator[Callable[[str], Trial]]:
    """Image name -> its stands; started once, removed at the end."""
    with told(), ExitStack() as opened:
        selection = selection_of(pytestconfig)
        opened.enter_context(run_lock(selection.checkout, "smoke"))
        image = records.need(selection.checkout, Image, "build")
        tree = records.need(selection.checkout, Tree, "customize")

        @cache
        def trial(name: str) -> Trial:
            with told():
                return opened.enter_context(trying(selection, tree, name, image.images[name]))

        yield trial


def test_it_does(does: OfImage, trials: Callable[[str], Trial]) -> None:
    check = trials(does.image).look(does.function)
    if not check.passed:
        pytest.fail(f"{check.name}: {check.evidence}", pytrace=False)
