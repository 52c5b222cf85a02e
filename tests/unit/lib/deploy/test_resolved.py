"""What compose makes of a stack's files: ports, names, and what would meet another project."""

import json
from typing import Any

import pytest

from scripts.lib.deploy import resolved
from scripts.lib.deploy.resolved import Published, Resolved
from scripts.lib.errors import CommandFailed


def made(**said: Any) -> Resolved:
    return resolved.read(json.dumps({"services": {}, **said}))


def port(target: int, published: str | None = None, **more: Any) -> dict[str, Any]:
    return {"target": target, "protocol": "tcp", **({"published": published} if published else {}), **more}


def test_every_tcp_port_with_a_number_is_known() -> None:
    ports = [port(80, "8080", host_ip="127.0.0.1"), port(81, "9000-9005"), port(82), port(53, "53", protocol="udp")]
    found = made(services={"app": {"ports": ports}, "web": {"ports": [port(443, "443")]}})
    assert found.published == (Published("app", "127.0.0.1", 8080, 80), Published("web", "", 443, 443))


def test_a_service_listens_where_it_publishes_or_exposes() -> None:
    found = made(services={"app": {"ports": [port(80, "1")], "expose": ["80", "9000", "7000-7001"]}, "web": {}})
    assert (found.listening("app"), found.listening("web"), found.listening("none")) == ([80, 9000], [], [])


def test_a_service_that_publishes_nothing_may_be_told_its_port() -> None:
    environment = {"environment": {"PORT": "4000"}}
    found = made(
        services={
            "app": environment,
            "web": environment | {"ports": [port(80, "1")]},
            "odd": {"environment": {"PORT": None}},
        }
    )
    assert [found.listening(service) for service in ("app", "web", "odd")] == [[4000], [80], []]


def test_volumes_have_the_engines_names() -> None:
    assert made(volumes={"data": {"name": "tiny-data"}}).volume_names() == {"data": "tiny-data"}
    assert made(volumes=None).volume_names() == {}


def test_what_is_of_one_project_alone_meets_no_other() -> None:
    found = made(
        services={"app": {"container_name": "tiny-app", "volumes": [{"type": "volume", "source": "data"}]}},
        volumes={"data": {"name": "tiny-data"}, "more": {"name": "tiny_more"}},
        networks={"default": {"name": "tiny_default"}},
    )
    assert found.beyond("tiny") == []


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"volumes": {"data": {"name": "tinydata"}}}, "volume data is called tinydata in every project"),
        ({"volumes": {"data": {"name": "tiny-data", "external": True}}}, "volume data is called tiny-data in every"),
        ({"networks": {"edge": {"name": "proxy"}}}, "network edge is called proxy in every project"),
        ({"services": {"app": {"container_name": "app"}}}, "the container of app is called app in every project"),
        ({"services": {"app": {"network_mode": "host"}}}, "app is on the machine's own network"),
        ({"services": {"app": {"volumes": [{"type": "bind", "source": "/srv"}]}}}, "app writes to the folder /srv"),
    ],
)
def test_what_another_project_would_meet_is_told(said: dict[str, Any], problem: str) -> None:
    (told,) = made(**said).beyond("tiny")
    assert told.startswith(problem)


def test_a_folder_that_is_only_read_is_nobodys() -> None:
    mount = {"type": "bind", "source": "/srv/Caddyfile", "read_only": True}
    assert made(services={"app": {"volumes": [mount]}}).beyond("tiny") == []


@pytest.mark.parametrize("text", ["", "services:", "[]", "{}"])
def test_what_is_no_configuration_is_told(text: str) -> None:
    with pytest.raises(CommandFailed, match="compose printed no configuration"):
        resolved.read(text)
