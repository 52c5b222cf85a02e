"""What every fault test stands on: a line of Tiny, a real registry, and the count of what is left at the end."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.lib import bases, embedded_registry, engine
from scripts.lib.checkout import Checkout
from scripts.lib.settings.environment import EmbeddedRegistry
from scripts.lib.settings.images import DebianBase
from scripts.lib.settings.selection import checkout
from tests.integration.test_line import ROOT, Line, a_line
from tests.own_registry import free_port

KINDS: tuple[engine.Kind, ...] = ("container", "network", "volume")
PATIENCE = 90.0
"""Seconds that anything may take on a busy machine."""


def wait_for(what: str, condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; fails with `what` where it never does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"after {PATIENCE:.0f} s still not: {what}")
        time.sleep(0.05)


def begin(line: Line, variables: dict[str, str], *argv: str) -> "subprocess.Popen[str]":
    """Start a command in a process group of its own, as a shell does."""
    return subprocess.Popen(
        argv,
        cwd=ROOT,
        env=line.variables | {"TMPDIR": str(line.root.parent / "tmp")} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def programs(line: Line) -> list[str]:
    """Return every program that works on a line now: whatever a stage started inherits its variables."""
    mark, found = f"CHECKOUT={line.root}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue  # it has ended, or is another user's
    return [command for command in found if command]


def throw_aways(line: Line) -> list[str]:
    """Return the containers, networks and volumes that a line's runs made and did not remove."""
    labels = {"graft.product": line.product, "graft.run": ""}
    return [f"{kind} {one}" for kind in KINDS for one in engine.labelled(kind, labels)]


def half_done(line: Line) -> list[str]:
    """Return the files and folders of a line that work in progress leaves."""
    scratch = line.cache / "scratch"
    folders = list(scratch.iterdir()) if scratch.exists() else []
    parts = [p for top in (line.cache, line.out, line.customizations) for p in top.rglob("*.part")]
    return [str(path) for path in (*folders, *parts, *(line.root.parent / "tmp").glob("*"))]


@pytest.fixture(scope="session")
def labels_used() -> list[dict[str, str]]:
    """The labels of everything that these tests let Docker make; each test that uses a new one adds it."""
    return [{"graft.test": "faults"}]


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left(
    temporary_folder: None, tmp_path_factory: pytest.TempPathFactory, labels_used: list[dict[str, str]]
) -> Iterator[None]:
    """See to it that these tests leave no container, network, volume, mount, program or temporary folder."""
    yield
    left = [f"{kind} {one}" for labels in labels_used for kind in KINDS for one in engine.labelled(kind, labels)]
    here = str(tmp_path_factory.getbasetemp())
    left += [mount for mount in Path("/proc/mounts").read_text().splitlines() if here in mount]
    left += [f"temporary {path}" for path in Path(tempfile.gettempdir()).iterdir()]
    assert left == []


@contextmanager
def counted_line(folder: Path, labels_used: list[dict[str, str]]) -> Iterator[Line]:
    """Make a line that has done nothing but `update`, and whose things are counted at the end."""
    (folder / "tmp").mkdir()
    with a_line(folder) as made:
        labels_used += [{"graft.product": made.product}, {"graft.registry": registry_of(made).name}]
        yield made


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, labels_used: list[dict[str, str]]) -> Iterator[Line]:
    """The line of a file's tests, which go on from where the one before left it."""
    with counted_line(tmp_path_factory.mktemp("line"), labels_used) as made:
        yield made


def registry_of(line: Line) -> EmbeddedRegistry:
    """Return the settings of a line's registry."""
    return EmbeddedRegistry(kind="embedded", port=line.port, name=f"graft-test-registry-{line.port}")


def made_from(debian: DebianBase, folder: Path) -> str:
    """Return an image of Debian's packages; the log of its making, where there is none yet, goes below `folder`."""
    return bases.from_debian(debian, Checkout(root=folder, product="test", cache=checkout("tiny").cache)).reference


def start_registry(settings: EmbeddedRegistry, folder: Path) -> None:
    """Start a registry as publishing does."""
    embedded_registry.ensure(settings, lambda: made_from(embedded_registry.base(settings).debian, folder))


@pytest.fixture(scope="module")
def module_registry(tmp_path_factory: pytest.TempPathFactory, labels_used: list[dict[str, str]]) -> Iterator[int]:
    """The port of a real registry of one file's own; it goes with its data."""
    port = free_port()
    settings = EmbeddedRegistry(kind="embedded", port=port, name=f"graft-test-registry-{port}")
    labels_used.append({"graft.registry": settings.name})
    try:
        start_registry(settings, tmp_path_factory.mktemp("registry"))
        yield port
    finally:
        engine.remove(settings.name)
        engine.remove_volume(settings.name)
