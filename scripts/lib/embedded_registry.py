"""A registry on this machine: a container that only the loopback interface reaches, its data in a named volume."""

import json
import socket
from collections.abc import Callable

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from scripts.lib import engine, loopback
from scripts.lib.errors import CommandFailed, ResourceMissing
from scripts.lib.settings.environment import EmbeddedRegistry
from scripts.lib.settings.images import Base, DebianBase

INSIDE = 5000
DATA = "/var/lib/registry"
START_SECONDS = 20.0
LABEL = "graft.registry"
PORT_LABEL = "graft.registry.port"
CONFIG = {
    "version": 0.1,
    "log": {"level": "warn", "accesslog": {"disabled": True}},
    "storage": {"filesystem": {"rootdirectory": DATA}, "cache": {"blobdescriptor": "inmemory"}},
    "http": {"addr": f":{INSIDE}"},
}
SERVE = (
    f"echo '{json.dumps(CONFIG)}' > /tmp/config.yml && "
    "exec $(command -v registry || command -v docker-registry) serve /tmp/config.yml"
)
"""The program is called `registry` in the registry's own image and `docker-registry` in Debian's package."""


def base(settings: EmbeddedRegistry) -> Base:
    """Return what the registry's image is made from: the registry's own, else Debian's package."""
    return Base(registry=settings.image, debian=DebianBase(suite="bookworm", packages=("docker-registry",)))


def ensure(settings: EmbeddedRegistry, image: Callable[[], str]) -> None:
    """See to it that the registry answers; `image` gives the reference of its image where it has to be created.

    Raises ResourceMissing where another program has its port or its name, CommandFailed where it does not answer.
    """
    if _has_port(settings):
        if is_running(settings) and _listens(settings.port):
            return
    elif _is_ours(settings):
        engine.remove(settings.name)
    elif engine.state(settings.name):
        raise ResourceMissing(
            f"a container called {settings.name} is there already and is not the embedded registry",
            hint="set registry.name to another name in compose/environments/, or rename that container",
        )
    _require_free(settings)
    if not _is_ours(settings):
        _create(settings, image())
    engine.start(settings.name)
    _await(settings)


def is_running(settings: EmbeddedRegistry) -> bool:
    """Tell whether our container runs."""
    state = engine.state(settings.name) if _is_ours(settings) else None
    return state is not None and state.running


def _is_ours(settings: EmbeddedRegistry) -> bool:
    """Tell whether the container is there and was made here."""
    return bool(engine.labelled("container", {LABEL: settings.name}))


def _has_port(settings: EmbeddedRegistry) -> bool:
    """Tell whether our container has the port of the settings; another port needs another container."""
    return bool(engine.labelled("container", _labels(settings)))


def _labels(settings: EmbeddedRegistry) -> dict[str, str]:
    return {LABEL: settings.name, PORT_LABEL: str(settings.port)}


def _create(settings: EmbeddedRegistry, image: str) -> None:
    engine.create(
        engine.Container(
            image=image,
            labels=_labels(settings),
            name=settings.name,
            command=("sh", "-c", SERVE),
            volumes={engine.create_volume({LABEL: settings.name}, settings.name): DATA},
            ports={INSIDE: (loopback.ADDRESS, settings.port)},
            drop_capabilities=True,
            restarts=True,
        )
    )


def _require_free(settings: EmbeddedRegistry) -> None:
    if _listens(settings.port):
        raise ResourceMissing(
            f"the embedded registry's port {settings.port} is taken by another program on this machine",
            hint="set registry.port to a free port in compose/environments/, or end that program",
        )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((loopback.ADDRESS, port)) == 0


def _await(settings: EmbeddedRegistry) -> None:
    """Wait until the registry answers its version check."""
    import httpx

    address = f"http://{loopback.ADDRESS}:{settings.port}/v2/"

    def answers() -> bool:
        try:
            return httpx.get(address, timeout=2, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    waiting = Retrying(
        stop=stop_after_delay(START_SECONDS),
        wait=wait_fixed(0.1),
        retry=retry_if_result(lambda up: not up),
        retry_error_callback=lambda _: False,
    )
    if not waiting(answers):
        lines = engine.logs(settings.name).splitlines()[-10:]
        raise CommandFailed(
            [f"the embedded registry did not answer within {START_SECONDS:.0f} s", *(f"  {line}" for line in lines)],
            hint=f"see: docker logs {settings.name}",
        )
