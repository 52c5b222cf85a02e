"""One test a proof of a step, on the untouched upstream: there it must fail."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from scripts.lib import records, vanilla
from scripts.lib.records import Source, Tree
from scripts.lib.run_lock import run_lock
from scripts.smoke import standing
from smoke.checks import look, plan
from smoke.conftest import OfImage, selection_of, told
from smoke.counterproofs import judged, says_something
from smoke.subject import Subject


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    with told():
        selection = selection_of(metafunc.config)
        version = records.need(selection.checkout, Source, "fetch").version
    checks = [
        OfImage(name, check)
        for name, image in selection.product.images.items()
        for check in plan(selection.steps, image, version)
        if says_something(check)
    ]
    metafunc.parametrize("counter", checks, ids=[of.id for of in checks])


@pytest.fixture(scope="session")
def untouched(pytestconfig: pytest.Config) -> Iterator[Callable[[str], Subject]]:
    """Image name -> its untouched upstream, with the customized tree's files to compare with; started once."""
    with told(), ExitStack() as opened:
        selection = selection_of(pytestconfig)
        opened.enter_context(run_lock(selection.checkout, "smoke"))
        source = records.need(selection.checkout, Source, "fetch")
        tree = records.need(selection.checkout, Tree, "customize")

        @cache
        def subject(name: str) -> Subject:
            with told():
                built = vanilla.ensure(selection, source, name)
                planned = plan(selection.steps, selection.product.images[name], source.version)
                _, one, _ = opened.enter_context(standing(selection, source, tree, name, built, planned))
            return one

        yield subject


def test_a_proof_fails_on_the_untouched_upstream(counter: OfImage, untouched: Callable[[str], Subject]) -> None:
    check = judged(counter.check, look(counter.check, untouched(counter.image)))
    if not check.passed:
        pytest.fail(f"{check.step}: {check.name}: {check.evidence}", pytrace=False)
