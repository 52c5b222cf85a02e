"""What runs beside a stand on its network: servers that the application calls by name, removed with the stand."""

import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from scripts.lib import engine
from scripts.lib.errors import CommandFailed

POLL = 0.2
"""Seconds between two looks at a condition."""
FOLDER = "/srv"
"""Where a sidecar's files lie."""
TAIL = 15
"""Lines of its log that are shown."""


@dataclass(frozen=True)
class Sidecar:
    """A server to run beside a stand."""

    name: str
    """Under which the others on the network reach it."""
    image: str
    """Reference or ID that the engine has."""
    argv: Sequence[str]
    port: int
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Name in /srv -> content."""
    ready: str | None = None
    """Path that it answers with 200 when it is ready; None where it is as soon as its port takes connections."""
    ready_seconds: float = 30
    """Deadline for that, from the first look."""

    def create(self, network: str, labels: Mapping[str, str], log: Path) -> "Running":
        """Create it, not started, beside the stand of this network; its log goes beside the stand's."""
        container = engine.create(
            engine.Container(
                image=self.image,
                labels=labels,
                entrypoint=self.argv[:1],
                command=self.argv[1:],
                network=network,
                alias=self.name,
                user="0",
                memory="256m",
                pids=128,
                probed=False,
            )
        )
        for name, content in self.files.items():
            engine.put_file(container, FOLDER, name, content)
        return Running(self, container, network, log.with_name(f"{log.stem}-{self.name}.log"))


@dataclass(frozen=True)
class Running:
    """A sidecar of one stand."""

    settings: Sidecar
    container: str
    network: str
    log: Path

    @property
    def place(self) -> str:
        """Address and port at which this machine reaches it."""
        return f"{self._state().addresses[self.network]}:{self.settings.port}"

    def wait(self) -> None:
        """Wait until it is ready; raises CommandFailed with its last lines where it ends or is not in time."""
        deadline = time.monotonic() + self.settings.ready_seconds
        while time.monotonic() < deadline:
            if not self._state().running:
                raise self._failed("ended before it was ready")
            if self._is_ready():
                return
            time.sleep(POLL)
        raise self._failed(f"was not ready within {self.settings.ready_seconds:.0f} s")

    def stop(self) -> None:
        """End it, as a server that is down."""
        engine.stop(self.container, seconds=0)

    def keep_log(self) -> Path:
        """Write its full log and return the path."""
        self.log.write_text(engine.logs(self.container))
        return self.log

    def _is_ready(self) -> bool:
        if self.settings.ready is None:
            return _connects(self.place)
        try:
            return httpx.get(f"http://{self.place}{self.settings.ready}", timeout=2, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def _state(self) -> engine.State:
        state = engine.state(self.container)
        if state is None:
            raise CommandFailed(f"the sidecar {self.settings.name} is gone", hint="run the task again")
        return state

    def _failed(self, problem: str) -> CommandFailed:
        lines = self.keep_log().read_text().splitlines()[-TAIL:]
        return CommandFailed(
            [f"the sidecar {self.settings.name} {problem}", *(f"  {line}" for line in lines)],
            hint=f"the full log is {self.log}",
        )


def _connects(place: str) -> bool:
    host, _, port = place.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) == 0
