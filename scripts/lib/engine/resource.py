"""Networks, volumes, and everything by its labels."""

import contextlib
from typing import Any, Literal

from docker.errors import NotFound

from scripts.lib.engine.connection import Labels, asked, pairs

Kind = Literal["container", "network", "volume"]


def create_network(name: str, labels: Labels, *, internal: bool) -> None:
    """Create a bridge network; an internal one reaches nothing outside, and only this machine reaches it."""
    with asked(f"create network {name}") as engine:
        engine.networks.create(name, driver="bridge", internal=internal, labels=dict(labels))


def create_volume(labels: Labels, name: str | None = None) -> str:
    """Create a volume and return its name; without one it is anonymous. One that is there is taken as it is."""
    with asked("create a volume") as engine:
        return str(engine.volumes.create(name=name, labels=dict(labels)).name)


def labelled(kind: Kind, labels: Labels) -> list[str]:
    """Return the ids (of volumes the names) of every container, network or volume with these labels."""
    wanted: dict[str, str | list[str] | bool] = {"label": pairs(labels)}
    with asked(f"list {kind}s") as engine:
        if kind == "container":
            return [str(c.id) for c in engine.containers.list(all=True, filters=wanted, sparse=True)]
        found: Any = engine.networks if kind == "network" else engine.volumes
        return [str(one.id) for one in found.list(filters=wanted)]


def remove_network(network: str) -> None:
    """Remove a network by id or name; nothing happens where there is none."""
    with asked("remove a network") as engine, contextlib.suppress(NotFound):
        engine.networks.get(network).remove()


def remove_volume(name: str) -> None:
    """Remove a volume; nothing happens where there is none. Only for volumes that the caller made as throw-away."""
    with asked("remove a volume") as engine, contextlib.suppress(NotFound):
        engine.volumes.get(name).remove()


def volume_labels(name: str) -> Labels | None:
    """Return a volume's labels, None where there is no such volume."""
    with asked(f"look for volume {name}") as engine:
        try:
            return engine.volumes.get(name).attrs["Labels"] or {}
        except NotFound:
            return None


def users_of(volume: str) -> list[str]:
    """Return the ids of the containers, running or not, that mount a volume."""
    with asked(f"look who uses volume {volume}") as engine:
        return [str(c.id) for c in engine.containers.list(all=True, filters={"volume": volume}, ignore_removed=True)]
