"""What compose is told of a stand beyond its product's files."""

import itertools
from typing import Any

import pytest
import yaml

from scripts.lib import loopback
from scripts.lib.deploy.resolved import Resolved
from scripts.lib.settings.loading import Loader
from scripts.lib.stack_stand.overlay import overlay

OURS = {"graft.stand": "s"}


class _Tags(Loader):
    """Reads what is replaced as it stands there."""


def _replaced(loader: _Tags, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Tags.add_constructor("!override", _replaced)


@pytest.fixture(autouse=True)
def _free(monkeypatch: pytest.MonkeyPatch) -> None:
    """The free ports of this machine are 101, 102, …"""
    numbers = itertools.count(101)
    monkeypatch.setattr(loopback, "free_ports", lambda count, besides: [next(numbers) for _ in range(count)])


def written(services: dict[str, Any], **more: Any) -> Any:
    found = Resolved(services, more.get("volumes", {}), more.get("networks", {}))
    return yaml.load(overlay(found, OURS, {7}), Loader=_Tags)  # noqa: S506  a subclass of the safe loader


def ports(*published: str | None, **more: Any) -> dict[str, Any]:
    return {"ports": [{"target": 80, "published": one, **more} for one in published]}


def test_everything_bears_the_stands_labels_beside_its_own() -> None:
    made = written(
        {"app": {"labels": {"a": "1", "graft.stand": "other"}}, "web": {}},
        volumes={"data": {"name": "d", "labels": {"b": "2"}}},
        networks={"default": {"name": "n"}},
    )
    assert made == {
        "services": {"app": {"labels": {"a": "1"} | OURS}, "web": {"labels": OURS}},
        "volumes": {"data": {"labels": {"b": "2"} | OURS}},
        "networks": {"default": {"labels": OURS}},
    }


def test_ports_of_the_stand_stay_and_all_others_are_free_ones_of_this_machine() -> None:
    made = written({"app": ports("7", "443", "9000-9005", None, host_ip="::", protocol="udp")})
    bound = made["services"]["app"]["ports"]
    assert [one["published"] for one in bound] == ["7", "101", "102", "103"]
    assert {(one["host_ip"], one["target"], one["protocol"]) for one in bound} == {("127.0.0.1", 80, "udp")}


def test_a_stand_without_volumes_and_networks_is_worded_too() -> None:
    assert written({"app": {}}) == {"services": {"app": {"labels": OURS}}, "volumes": {}, "networks": {}}
