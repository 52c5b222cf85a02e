"""One test a proof of a step, on the untouched upstream: there it must fail."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

import pytest

from scripts.lib import records, vanilla
from scripts.lib.records import Check, Source, Tree
from scripts.lib.run_lock import run_lock
from scripts.lib.settings.selection import Selection
from scripts.lib.standing import standing
from scripts.smoke import branding
from smoke.checks import BROWSER, Planned, look, plan, plan_branding
from smoke.conftest import OfImage, selection_of, told
from smoke.counterproofs import judged, says_something
from smoke.subject import Subject


@dataclass(frozen=True)
class Grounds:
    """What all tests of the session stand on."""

    selection: Selection
    source: Source
    tree: Tree

    def planned(self, name: str) -> tuple[Planned, ...]:
        """Return every check that a step's proof asks for, with a browser or without."""
        steps, image, version = self.selection.steps, self.selection.product.images[name], self.source.version
        every = (*plan(steps, image, version, name=name), *plan_branding(steps, image, version, name=name))
        return tuple(planned for planned in every if says_something(planned))


def grounds(config: pytest.Config) -> Grounds:
    with told():
        selection = selection_of(config)
        source = records.need(selection.checkout, Source, "fetch")
        return Grounds(selection, source, records.need(selection.checkout, Tree, "customize"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    given = grounds(metafunc.config)
    images = given.selection.product.images_of(given.source.version)
    checks = [OfImage(name, planned) for name in images for planned in given.planned(name)]
    metafunc.parametrize("counter", checks, ids=[of.id for of in checks])


@pytest.fixture(scope="session")
def untouched(pytestconfig: pytest.Config) -> Iterator[Callable[[OfImage], list[Check]]]:
    """Return what was seen of a proof on the untouched upstream of its image; that is started once."""
    given = grounds(pytestconfig)
    with ExitStack() as opened:
        with told():
            opened.enter_context(run_lock(given.selection.checkout, "smoke"))

        @cache
        def subject(name: str) -> Subject:
            with told():
                built = vanilla.ensure(given.selection, given.source, name)
                standing_ = standing(given.selection, given.source, given.tree, name, built, given.planned(name))
                _, one, _ = opened.enter_context(standing_)
            return one

        @cache
        def in_browser(name: str) -> tuple[Check, ...]:
            with told():
                built = vanilla.ensure(given.selection, given.source, name)
                upstream = branding(given.selection, given.source, given.tree, name, built).upstream
                proofs = [planned for planned in given.planned(name) if planned.layer == BROWSER]
                return upstream.seen(given.tree.tree, proofs)

        def seen(of: OfImage) -> list[Check]:
            if of.check.layer != BROWSER:
                return [look(of.check, subject(of.image))]
            step = of.check.step.id if of.check.step else None
            return [one for one in in_browser(of.image) if (one.step, one.name) == (step, of.check.name)]

        yield seen


def test_a_proof_fails_on_the_untouched_upstream(counter: OfImage, untouched: Callable[[OfImage], list[Check]]) -> None:
    checks = [judged(counter.check, seen) for seen in untouched(counter)]
    wrong = [f"{check.step}: {check.name}: {check.evidence}" for check in checks if not check.passed]
    if wrong or not checks:
        pytest.fail("; ".join(wrong) or f"nobody looked at {counter.id}", pytrace=False)
