"""What containers were made from, and for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docker.errors import NotFound

from scripts.lib.engine.connection import Labels, asked
from scripts.lib.engine.image import image_id
from scripts.lib.errors import CommandFailed


@dataclass(frozen=True)
class Made:
    """What a container was made from, and for whom."""

    name: str
    reference: str
    image_id: str | None
    """None where the engine no longer has the image, or it was not asked for it."""
    labels: Labels
    environment: Mapping[str, str]
    running: bool
    ports: frozenset[int]
    """Ports of this machine that it has or, stopped, had."""
    mounts: Mapping[str, str]
    """Path in it -> name of the volume, or folder of this machine, that is there."""
    folder: str
    """In which its program was started; empty for the top."""


def find_made(container: str) -> Made | None:
    """Return what a container was made from, None where it has gone meanwhile."""
    with asked("inspect a container") as engine:
        try:
            found = engine.containers.get(container).attrs
        except NotFound:
            return None
        return _made(found, image_id(found["Image"]))


def made(container: str) -> Made:
    """Return what a container was made from; raises CommandFailed where there is no such container."""
    found = find_made(container)
    if found is None:
        raise CommandFailed(f"inspect a container: there is no {container}", hint="run it again")
    return found


def every_made() -> list[Made]:
    """Return what each container of the engine was made from, running or not, whosever it is; images are not asked."""
    with asked("list containers") as engine:
        return [_made(one.attrs, None) for one in engine.containers.list(all=True, ignore_removed=True)]


def _made(found: Mapping[str, Any], image: str | None) -> Made:
    bindings = (found["HostConfig"].get("PortBindings") or {}).values()
    return Made(
        name=found["Name"].lstrip("/"),
        reference=found["Config"]["Image"],
        image_id=image,
        labels=found["Config"]["Labels"] or {},
        environment=dict(pair.split("=", 1) for pair in found["Config"]["Env"] or [] if "=" in pair),
        running=found["State"]["Running"],
        ports=frozenset(int(b["HostPort"]) for bound in bindings for b in bound or () if b["HostPort"]),
        mounts={mount["Destination"]: mount.get("Name") or mount["Source"] for mount in found["Mounts"]},
        folder=found["Config"].get("WorkingDir") or "",
    )
