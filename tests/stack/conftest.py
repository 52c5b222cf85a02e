"""LAMB built once, and a stack of it that runs; on the small tree, or with `--source PATH` on a real one."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.version import Version

from scripts.lib import records
from scripts.lib.records import Image
from scripts.lib.settings.selection import Selection, select
from tests.lamb_tree import PRODUCT, LambLine, a_lamb_line
from tests.stack.models import MODELS, write_overlay
from tests.stack.site import Site

NATIVE_SINCE = Version("0.6")
TIMEOUT = 900
"""Seconds for a test, with the images that the first one builds."""


@dataclass(frozen=True)
class Built:
    """The images of one tree, and what they are made by."""

    line: LambLine
    selection: Selection
    references: Mapping[str, str]
    """Name of an image -> the reference under which the engine has it."""
    real: bool
    """Whether it is LAMB itself, rather than the small tree."""

    @property
    def logs_in_by_itself(self) -> bool:
        """Whether LAMB has accounts and tokens of its own; before, they were Open WebUI's."""
        return Version(self.line.record("source")["version"]) >= NATIVE_SINCE


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--source` name the top of a real LAMB."""
    parser.addoption("--source", type=Path, default=None, help="the top of a LAMB to test, instead of the small tree")
    parser.addoption("--next", type=Path, default=None, help="the top of the LAMB that follows it, for the upgrade")
    parser.addoption("--real", action="store_true", help="refuse to run without --source")
    parser.addoption("--all", action="store_true", help="ask the long questions, too")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to ask the small tree what only the real one is to be asked."""
    if config.getoption("--real") and config.getoption("--source") is None:
        raise pytest.UsageError("name the top of a LAMB: --source PATH")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give tests the time that building takes; leave out what holds for a real LAMB alone where there is none."""
    real = config.getoption("--source") is not None
    for item in items:
        if not item.path.is_relative_to(Path(__file__).parent):
            continue
        item.add_marker(pytest.mark.timeout(TIMEOUT))
        if item.get_closest_marker("nightly") and not config.getoption("--all"):
            item.add_marker(pytest.mark.skip(reason="takes long: --all"))
        if not real and item.get_closest_marker("real"):
            item.add_marker(pytest.mark.skip(reason="holds for the real LAMB alone: nox -s lamb -- --source PATH"))


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Every image of the tree, built as a user builds them."""
    source = request.config.getoption("--source")
    with a_lamb_line(tmp_path_factory.mktemp("lamb"), source) as line:
        line.invoke("build")
        yield Built(line, selection_of(line), references(line), source is not None)


def selection_of(line: LambLine) -> Selection:
    """Return the settings of a line's checkout."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in line.own.items():
            patched.setenv(name, value)
        return select(PRODUCT, "test")


def references(line: LambLine) -> dict[str, str]:
    """Return the reference of every image that was built last."""
    image = records.need(selection_of(line).checkout, Image, "build")
    return {name: one.reference for name, one in image.images.items()}


Standing = Callable[..., AbstractContextManager[Site]]


@pytest.fixture(scope="session")
def standing(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Standing:
    """Give stacks of their own to tests that do something to one: settings and compose files beside the usual ones."""
    from scripts.lib.stack_stand import stack_stand

    folder = tmp_path_factory.mktemp("stacks")

    @contextmanager
    def make(
        environment: Mapping[str, str] | None = None,
        overlays: Sequence[Path] = (),
        references: Mapping[str, str] | None = None,
    ) -> Iterator[Site]:
        name = secrets.token_hex(3)
        with ExitStack() as opened:
            stack = opened.enter_context(
                stack_stand(
                    built.selection,
                    references or built.references,
                    log=folder / f"{name}.log",
                    labels={"graft.test": "1"},
                    environment=MODELS | dict(environment or {}),
                    overlays=(write_overlay(folder / f"{name}-models.yaml", built.references["lamb"]), *overlays),
                )
            )
            yield Site(stack)

    return make


@pytest.fixture(scope="session")
def site(standing: Standing) -> Iterator[Site]:
    """The stack that tests look at; what they change of it they put back."""
    with standing() as made:
        made.stack.start()
        yield made
