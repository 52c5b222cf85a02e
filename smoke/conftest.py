"""The checks of `invoke smoke` as tests: on a stand of the current image, or read-only on a running deployment."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from statistics import median

import pytest

from scripts.lib import records
from scripts.lib.errors import Failure
from scripts.lib.records import BuiltImage, Image, Source, Tree
from scripts.lib.run_lock import run_lock
from scripts.lib.settings.images import ImageSettings
from scripts.lib.settings.selection import Selection, select
from scripts.lib.settings.steps import Step
from scripts.lib.standing import standing, together
from smoke.checks import Planned, plan
from smoke.subject import Subject, subject_at

SECONDS = pytest.StashKey[list[float]]()
"""That each look at all pages took, with the start of what shows them."""


@dataclass(frozen=True)
class OfImage:
    """One check and the image that it is made of."""

    image: str
    check: Planned

    @property
    def id(self) -> str:
        return f"{self.check.step.id if self.check.step else 'image'} {self.check.layer} {self.check.name}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--product", help="a folder of customizations/ (default: $PRODUCT or lusochat)")
    parser.addoption("--environment", help="a file of compose/environments/ (default: $ENVIRONMENT or dev)")
    parser.addoption("--base-url", help="look at what runs there, read-only, instead of starting the current image")
    parser.addoption("--times", type=int, default=1, help="look at the pages so many times, one after the other")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell how long the pages were looked at, each time."""
    seconds = config.stash.get(SECONDS, [])
    if seconds:
        each = ", ".join(f"{one:.1f}" for one in seconds)
        among = f" (min {min(seconds):.1f}, median {median(seconds):.1f}, max {max(seconds):.1f})"
        terminalreporter.write_line(f"pages looked at in {each} s{among if len(seconds) > 1 else ''}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "planned" not in metafunc.fixturenames:
        return
    config = metafunc.config
    with told():
        selection = selection_of(config)
        version = records.need(selection.checkout, Source, "fetch").version
    deployed = config.getoption("--base-url") is not None
    image_record = None if deployed else records.find(selection.checkout, Image)
    built = image_record.images if image_record else {}
    checks = [
        OfImage(name, check)
        for name, image in _images(selection, version, deployed=deployed).items()
        for check in plan(_steps(selection, built.get(name)), image, version, name=name, deployed=deployed)
    ]
    metafunc.parametrize("planned", checks, ids=[of.id for of in checks])


@pytest.fixture(scope="session")
def subjects(pytestconfig: pytest.Config) -> Iterator[Callable[[str], Subject]]:
    """Image name -> what is looked at; started once, removed at the end."""
    with ExitStack() as opened:
        if not pytestconfig.getoption("--base-url"):
            with told():
                opened.enter_context(run_lock(selection_of(pytestconfig).checkout, "smoke"))

        @cache
        def subject(name: str) -> Subject:
            with told():
                return opened.enter_context(_subject(pytestconfig, name))

        @cache
        def every() -> dict[str, Subject]:
            with told():
                return opened.enter_context(_every_subject(pytestconfig))

        yield (lambda name: every()[name]) if _stands_together(pytestconfig) else subject


@contextmanager
def _subject(config: pytest.Config, name: str) -> Iterator[Subject]:
    selection = selection_of(config)
    source = records.need(selection.checkout, Source, "fetch")
    tree = records.need(selection.checkout, Tree, "customize")
    if url := config.getoption("--base-url"):
        with subject_at(url, selection, source, tree) as subject:
            yield subject
        return
    built = records.need(selection.checkout, Image, "build").images[name]
    planned = plan(selection.steps_with(built.sets), selection.product.images[name], source.version, name=name)
    with standing(selection, source, tree, name, built, planned) as (_, subject, _seconds):
        yield subject


@contextmanager
def _every_subject(config: pytest.Config) -> Iterator[dict[str, Subject]]:
    """Give what is looked at of every image, on one stand of all of them."""
    selection = selection_of(config)
    source = records.need(selection.checkout, Source, "fetch")
    tree = records.need(selection.checkout, Tree, "customize")
    built, settings = records.need(selection.checkout, Image, "build").images, selection.product.images
    planned = {n: plan(_steps(selection, b), settings[n], source.version, name=n) for n, b in built.items()}
    with together(selection, source, tree, built, planned) as (_, subjects, _seconds):
        yield subjects


def _stands_together(config: pytest.Config) -> bool:
    return selection_of(config).product.stand is not None and not config.getoption("--base-url")


def _images(selection: Selection, version: str, *, deployed: bool) -> dict[str, ImageSettings]:
    """Return the images that are looked at: all of this version; at an address, of several, the front alone."""
    product = selection.product
    if deployed and product.stand and product.deploy:
        return {product.deploy.front: product.images[product.deploy.front]}
    return product.images_of(version)


def _steps(selection: Selection, built: BuiltImage | None) -> tuple[Step, ...]:
    return selection.steps_with(built.sets) if built else selection.steps


@contextmanager
def told() -> Iterator[None]:
    """End the session with a failure's own words: without a subject there is nothing to look at."""
    try:
        yield
    except Failure as failure:
        pytest.exit("\n".join([*failure.problems, f"hint: {failure.hint}"]), returncode=failure.exit_code)


def selection_of(config: pytest.Config) -> Selection:
    return select(config.getoption("--product"), config.getoption("--environment"))
