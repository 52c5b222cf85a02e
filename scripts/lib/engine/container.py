"""Containers: what they are made of, how they are, what they say."""

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docker.client import DockerClient
from docker.errors import APIError, NotFound
from docker.types import Mount
from requests.exceptions import RequestException

from scripts.lib.aside import aside
from scripts.lib.engine.connection import Labels, asked
from scripts.lib.errors import CommandFailed
from scripts.lib.secret import Secret

PROBE_SECONDS = 30
"""Within which a health check ends whose image does not say: Docker's own default."""
REMOVAL_SECONDS = 60
"""That another process may take to remove a container."""
_RESTARTS: Any = {"Name": "unless-stopped"}


@dataclass(frozen=True)
class Container:
    """What a container is made of."""

    image: str
    """Reference or image ID that the engine has."""
    labels: Labels
    name: str | None = None
    command: Sequence[str] | None = None
    entrypoint: Sequence[str] | None = None
    """The program, in place of the image's own entrypoint."""
    environment: Mapping[str, str | Secret] = field(default_factory=dict)
    network: str | None = None
    """Name of a network; the engine's default where left out."""
    alias: str | None = None
    """Name under which others on its network reach it."""
    volumes: Mapping[str, str] = field(default_factory=dict)
    """Volume name -> path in the container."""
    read_only_volumes: Mapping[str, str] = field(default_factory=dict)
    """Likewise, not to be written."""
    folders: Mapping[Path, str] = field(default_factory=dict)
    """Folder of the engine's machine, which must be there -> path in the container, not to be written."""
    user: str | None = None
    ports: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    """Port in the container -> address and port on this machine."""
    tmpfs: Sequence[str] = ()
    memory: str | None = None
    cpus: float | None = None
    pids: int | None = None
    read_only: bool = False
    drop_capabilities: bool = False
    capabilities: Sequence[str] = ()
    """Those that it has although all others are dropped."""
    restarts: bool = False
    """Started again by the engine until it is stopped."""
    probed: bool = True
    """Whether the engine runs the image's own health check from time to time, where it has one."""


@dataclass(frozen=True)
class State:
    """A container as the engine sees it now."""

    running: bool
    exit_code: int
    out_of_memory: bool
    health: str | None
    """`starting`, `healthy` or `unhealthy`; None where it is not probed."""
    probe: str
    """What the last health probe said."""
    addresses: Mapping[str, str]
    """Network name -> the container's address in it."""
    restarts: int = 0
    """How often the engine has started it again after it ended by itself."""


def create(container: Container) -> str:
    """Create a container, not started, and return its id."""
    given = {k: v.reveal() if isinstance(v, Secret) else v for k, v in container.environment.items()}
    with asked(f"create a container of {container.image}") as engine:
        made = engine.containers.create(
            container.image,
            command=list(container.command) if container.command is not None else None,
            entrypoint=list(container.entrypoint) if container.entrypoint is not None else None,
            name=container.name,
            labels=dict(container.labels),
            environment=given,
            network=container.network,
            networking_config=_known_as(engine, container),
            mounts=[
                Mount(target=path, source=name, type="volume", read_only=read_only)
                for volumes, read_only in ((container.volumes, False), (container.read_only_volumes, True))
                for name, path in volumes.items()
            ]
            + [
                Mount(target=path, source=str(folder), type="bind", read_only=True)
                for folder, path in container.folders.items()
            ],
            user=container.user,
            ports={f"{inside}/tcp": outside for inside, outside in container.ports.items()},
            tmpfs=dict.fromkeys(container.tmpfs, ""),
            mem_limit=container.memory,
            memswap_limit=container.memory,
            nano_cpus=int(container.cpus * 1e9) if container.cpus else None,
            pids_limit=container.pids,
            read_only=container.read_only,
            cap_drop=["ALL"] if container.drop_capabilities else None,
            cap_add=list(container.capabilities) or None,
            security_opt=["no-new-privileges"] if container.drop_capabilities else None,
            restart_policy=_RESTARTS if container.restarts else None,
            healthcheck=None if container.probed else {"test": ["NONE"]},
        )
        return str(made.id)


def _known_as(engine: DockerClient, container: Container) -> dict[str, Any] | None:
    if container.network is None or container.alias is None:
        return None
    return {container.network: engine.api.create_endpoint_config(aliases=[container.alias])}


def start(container: str) -> None:
    """Start a container."""
    with asked("start a container") as engine:
        engine.containers.get(container).start()


def stop(container: str, seconds: int = 10) -> None:
    """Ask a container to end and end it after `seconds`."""
    with asked("stop a container") as engine:
        engine.containers.get(container).stop(timeout=seconds)


def finish(container: str, seconds: float) -> int:
    """Start a container, wait until it has ended and return its exit code; raises CommandFailed after `seconds`."""
    with asked("run a container") as engine:
        found = engine.containers.get(container)
        found.start()
        try:
            return int(found.wait(timeout=seconds)["StatusCode"])
        except RequestException as error:  # the library words a late answer in several ways
            if "timed out" not in str(error).lower():
                raise
    raise CommandFailed(f"{found.name} did not end within {seconds:.0f} s", hint="is the machine very busy?")


def remove(container: str) -> None:
    """Remove a container, running or not, with its anonymous volumes; nothing happens where there is none.

    Where another process is removing it, that is waited for.
    """
    with asked("remove a container") as engine, contextlib.suppress(NotFound):
        found = engine.containers.get(container)
        try:
            found.remove(force=True, v=True)
        except APIError as error:
            if "already in progress" not in str(error.explanation):
                raise
            found.wait(condition="removed", timeout=REMOVAL_SECONDS)


def state(container: str) -> State | None:
    """Return how a container (id or name) is now, None where there is none."""
    with asked("inspect a container") as engine:
        try:
            found = engine.containers.get(container).attrs
        except NotFound:
            return None
    now, health = found["State"], found["State"].get("Health")
    probes = (health or {}).get("Log") or [{}]
    return State(
        running=now["Running"],
        exit_code=now["ExitCode"],
        out_of_memory=now["OOMKilled"],
        health=health["Status"] if health and health["Status"] != "none" else None,
        probe=(probes[-1].get("Output") or "").strip(),
        addresses={name: n["IPAddress"] for name, n in found["NetworkSettings"]["Networks"].items()},
        restarts=found.get("RestartCount", 0),
    )


def probe(container: str, most: float) -> str | None:
    """Run the health check of a running container's image in it, once.

    It may take as long as the image says, and `most` seconds. Returns what it said, or that it said nothing, where it
    failed; None where all is well or the image has none.
    """
    with asked("run a health check") as engine:
        found = engine.containers.get(container)
        config = found.image.attrs["Config"] if found.image else {}
        check = config.get("Healthcheck") or {}
        kind, *words = check.get("Test") or ["NONE"]
        if kind == "NONE":
            return None
        shell = config.get("Shell") or ["/bin/sh", "-c"]
        argv = words if kind == "CMD" else [*shell, *words]
        seconds = min(check.get("Timeout", 0) / 1e9 or PROBE_SECONDS, most)
        running = aside(lambda: found.exec_run(argv))  # it ends with its container at the latest
        if running not in wait([running], seconds).done:
            return f"it did not end within {seconds:.0f} s"
        ended = running.result()
    output: Any = ended.output  # the library words it as if it might be streamed
    said = output.decode(errors="replace").strip()
    return None if ended.exit_code == 0 else said or f"exit code {ended.exit_code}"


def labels_of(container: str) -> Labels | None:
    """Return a container's labels, None where there is no such container."""
    with asked("inspect a container") as engine:
        try:
            return engine.containers.get(container).labels
        except NotFound:
            return None


def logs(container: str) -> str:
    """Return everything that a container has said, stdout and stderr."""
    with asked("read a container's log") as engine:
        said: bytes = engine.containers.get(container).logs()
        return said.decode(errors="replace")


def output(container: str) -> str:
    """Return what a container has said on stdout alone."""
    with asked("read a container's output") as engine:
        said: bytes = engine.containers.get(container).logs(stderr=False)
        return said.decode(errors="replace")


def memory(container: str) -> int:
    """Return the bytes that a running container takes, without what the kernel would give up; as docker stats."""
    with asked("measure a container") as engine:
        said: Any = engine.containers.get(container).stats(stream=False)
    told = said["memory_stats"]
    return int(told["usage"]) - int(told["stats"].get("inactive_file", 0))
