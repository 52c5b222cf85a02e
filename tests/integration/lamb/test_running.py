"""LAMB's compose files as they run, with small servers of our own in place of its images."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from scripts.lib.errors import CommandFailed
from tests.integration.lamb.conftest import BASE, Stack

LIBRARY = "docker-compose.next.library.yaml"
PORTS = {"LAMB_PORT": "lamb", "KB_PORT": "kb", "OPENWEBUI_PORT": "openwebui"}
INSIDE = """
import os, pathlib
said = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
def may_write(path):
    try:
        (pathlib.Path(path) / "try").write_text("a")
    except OSError:
        return False
    return True
print(os.getuid(), said["CapEff"].strip(), said["NoNewPrivs"].strip(), *(may_write(path) for path in PATHS))
"""


def free_ports() -> dict[str, str]:
    """Return a free port for each of the stack's."""
    with ExitStack() as held:
        found = {}
        for name in PORTS:
            probe = held.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            found[name] = str(probe.getsockname()[1])
        return found


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, upstreams: dict[str, str]) -> Iterator[tuple[Stack, Stack]]:
    """Two stacks beside each other, both healthy, on ports that no default names."""
    folder = tmp_path_factory.mktemp("two")
    first, second = (Stack(folder, (BASE, LIBRARY), {**upstreams, **free_ports()}) for _ in range(2))
    try:
        for stack in (first, second):
            stack.compose("up", "--detach", "--wait", "--wait-timeout=120", "--pull=never")
        yield first, second
    finally:
        for stack in (first, second):
            stack.compose("down", "--volumes", "--timeout=1")


def test_two_stacks_run_beside_each_other_and_each_answers_on_its_own_ports(two: tuple[Stack, Stack]) -> None:
    for stack in two:
        for name, server in PORTS.items():
            url = f"http://127.0.0.1:{stack.given[name]}/a"
            said = httpx.get(url, trust_env=False).raise_for_status().json()
            assert said["server"] == server


def test_nothing_is_published_but_on_the_loopback_interface(two: tuple[Stack, Stack]) -> None:
    for stack in two:
        for name, service in PORTS.items():
            assert stack.compose("port", service, stack.given[name]).strip() == f"127.0.0.1:{stack.given[name]}"


@pytest.mark.parametrize(
    ("service", "places"),
    [
        ("lamb", {"/": False, "/app": False, "/tmp": True, "/run/lamb": True}),
        ("kb", {"/": False, "/tmp": True}),
        ("openwebui", {"/": False, "/tmp": True}),
        ("library-manager", {"/": False, "/tmp": True}),
    ],
)
def test_a_container_has_no_rights_and_writes_where_it_may(
    service: str, places: dict[str, bool], two: tuple[Stack, Stack]
) -> None:
    program = INSIDE.replace("PATHS", repr(list(places)))
    said = two[0].compose("exec", "-T", service, "python3", "-c", program).split()
    assert said == ["10001", "0" * 16, "1", *map(str, places.values())]


def test_each_reaches_what_it_asks(two: tuple[Stack, Stack]) -> None:
    stack = two[0]
    asked = {
        "lamb": [f"kb:{stack.given['KB_PORT']}", f"openwebui:{stack.given['OPENWEBUI_PORT']}", "library-manager:9091"],
        "openwebui": [f"lamb:{stack.given['LAMB_PORT']}"],
    }
    for service, others in asked.items():
        for other in others:
            program = f"import urllib.request as r; print(r.urlopen('http://{other}/', timeout=5).status)"
            assert stack.compose("exec", "-T", service, "python3", "-c", program).strip() == "200"


def test_without_a_secret_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="LAMB_JWT_SECRET is missing a value"):
        Stack(tmp_path, given={"LAMB_JWT_SECRET": ""}).compose("up", "--detach")
