"""What compose is told of a stand beyond the product's files: whose it is, and which ports of this machine it takes."""

import json
from collections.abc import Iterator, Mapping, Set
from typing import Any

from scripts.lib import loopback
from scripts.lib.deploy.resolved import Resolved


def overlay(found: Resolved, labels: Mapping[str, str], own: Set[int]) -> bytes:
    """Return a compose file that labels everything and binds every published port to the loopback interface alone.

    `own` are the stand's own ports; any other is replaced by a free one. In JSON, but for compose's own tag.
    """
    others = sum(1 for _, port in found.ports() if _number(port) not in own)
    free = iter(loopback.free_ports(others, own))
    ports = {
        name: [_bound(port, own, free) for service, port in found.ports() if service == name] for name in found.services
    }
    lines = [
        *_section("services", found.services, labels, {name: bound for name, bound in ports.items() if bound}),
        *_section("volumes", found.volumes, labels, {}),
        *_section("networks", found.networks, labels, {}),
    ]
    return "\n".join([*lines, ""]).encode()


def _section(
    kind: str, every: Mapping[str, Mapping[str, Any]], labels: Mapping[str, str], ports: Mapping[str, Any]
) -> Iterator[str]:
    """Word one section; what stands there is replaced, since compose refuses a label that two files give."""
    yield f"{kind}:" if every else f"{kind}: {{}}"
    for name, said in every.items():
        yield f"  {json.dumps(name)}:"
        yield f"    labels: !override {json.dumps({**(said.get('labels') or {}), **labels})}"
        if name in ports:
            yield f"    ports: !override {json.dumps(ports[name])}"


def _bound(port: Mapping[str, Any], own: Set[int], free: Iterator[int]) -> dict[str, str | int]:
    number = _number(port)
    place = {"host_ip": loopback.ADDRESS, "published": str(number if number in own else next(free))}
    return {**place, "target": port["target"], "protocol": port["protocol"]}


def _number(port: Mapping[str, Any]) -> int | None:
    said = str(port.get("published", ""))
    return int(said) if said.isdigit() else None
