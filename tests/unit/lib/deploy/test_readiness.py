"""Whether a target is ready: the ports that its compose files publish."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import engine, loopback, shell
from scripts.lib.deploy import readiness
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.stack import Service
from scripts.lib.errors import CommandFailed
from scripts.lib.settings.selection import select
from tests import pair

Look = Callable[..., list[str]]
TOKEN = "t" * 32


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Looks at Pair with these lines in its file, where compose publishes `ports`, and `taken` ones are in use."""
    monkeypatch.setenv("CHECKOUT", str(pair.make_checkout(tmp_path)))
    file = tmp_path / "compose/pair/test.env"

    def found(
        ports: dict[str, int], *, taken: tuple[int, ...] = (), running: tuple[Service, ...] = (), lines: str = ""
    ) -> list[str]:
        file.write_text(f"TOKEN={TOKEN}\n{lines}")
        file.chmod(0o600)
        services = {name: {"ports": [{"published": str(p), "target": 1}]} for name, p in ports.items()}
        monkeypatch.setattr(shell, "run", lambda *_, **__: shell.Completed(0, json.dumps({"services": services})))
        monkeypatch.setattr(loopback, "is_free", lambda port: port not in taken)
        return readiness.look(targets.of(select("pair", "test")), running)[0]

    return found


def container(*ports: int, running: bool = True) -> Service:
    state = engine.State(running=running, exit_code=0, out_of_memory=False, health=None, probe="", addresses={})
    return Service("web", "id", "pair-web-1", True, None, frozenset(ports), state)


def test_ports_that_nobody_has_or_the_stack_itself_are_well(look: Look) -> None:
    assert look({"web": 3998, "store": 9000}) == []
    assert look({"web": 3998, "store": 9000}, taken=(3998, 9000), running=(container(3998, 9000),)) == []


def test_every_port_in_use_is_told_with_what_decides_it(look: Look) -> None:
    stopped = container(3998, running=False)
    assert look({"web": 3998, "store": 9001}, taken=(3998, 9001), running=(stopped,), lines="STORE_PORT=9001\n") == [
        "port 3998 is in use by another program; free it, or set deploy.port of the environment",
        "port 9001 is in use by another program; free it, or set STORE_PORT",
    ]


def test_a_port_that_two_services_want_is_told(look: Look) -> None:
    assert look({"web": 3998, "store": 3998}) == ["port 3998 is wanted by web and store"]


def test_where_nothing_publishes_the_port_users_address_must_be_known(look: Look) -> None:
    assert look({"store": 9000}) == [
        "no service publishes port 3998: set deploy.url of the environment, where users reach it"
    ]


def test_what_compose_cannot_read_is_told_with_the_rest(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    look({"web": 3998})

    def refused(*_: Any, **__: Any) -> None:
        raise CommandFailed(["docker compose config ended with exit code 1", "  invalid hostPort: abc"], hint="")

    monkeypatch.setattr(shell, "run", refused)
    file = targets.of(select("pair", "test")).env_file
    file.write_text("STORE_PORT=abc\n")
    found, _ = readiness.look(targets.of(select("pair", "test")), [])
    assert found == ["TOKEN: is missing", "compose cannot read its files with these settings: invalid hostPort: abc"]


def test_of_a_file_that_cannot_be_read_only_that_is_told(look: Look) -> None:
    (problem,) = look({"web": 3998}, taken=(3998,), lines="STORE_PORT='\n")
    assert problem.startswith("line 2: STORE_PORT begins with '")
