"""A stand: an image started the way an environment would start it, on a network of its own without internet.

Everything of a stand bears its label and is removed with it, however its use ends. The container's own address is
asked, so the engine must run on this machine itself; Docker Desktop's hosts do not reach containers' addresses.
"""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from scripts.lib import engine
from scripts.lib.errors import CommandFailed
from scripts.lib.secret import Secret, redact
from scripts.lib.settings.images import Limits
from scripts.lib.settings.images import Stand as StandSettings
from scripts.lib.sidecar import POLL, Running, Sidecar

KILLED = 137
"""Exit code of what was ended by force."""
TAIL = 25
"""Lines of a container's log that are shown."""


@dataclass(frozen=True)
class Ended:
    """How a container ended."""

    exit_code: int
    seconds: float

    @property
    def by_force(self) -> bool:
        return self.exit_code == KILLED


@dataclass(frozen=True)
class Stand:
    """A container under test."""

    container: str
    network: str
    settings: StandSettings
    given: Mapping[str, str | Secret]
    """Its environment variables."""
    log: Path
    """Where the full log goes when something fails."""
    sidecars: Mapping[str, Running] = field(default_factory=dict)
    """Name on the network -> what runs beside the container."""

    @property
    def address(self) -> str:
        """Base URL of the running container; a restart may change it."""
        state = engine.state(self.container)
        if state is None:
            raise CommandFailed("the stand's container is gone", hint="run the task again")
        return self._base_url(state)

    def start(self) -> float:
        """Start the sidecars and the container, wait until all are ready and return the seconds that took."""
        began = time.monotonic()
        for sidecar in self.sidecars.values():
            engine.start(sidecar.container)
        engine.start(self.container)
        for sidecar in self.sidecars.values():
            sidecar.wait()
        self._wait(began + self.settings.start_seconds)
        return time.monotonic() - began

    def stop(self) -> Ended:
        """Ask the container to end, by force where it takes longer than its settings allow; its data stays."""
        began = time.monotonic()
        engine.stop(self.container, self.settings.stop_seconds)
        state = engine.state(self.container)
        return Ended(state.exit_code if state else KILLED, time.monotonic() - began)

    def keep_log(self) -> tuple[Path, ...]:
        """Write the full logs of the container and its sidecars, secrets redacted, and return their paths."""
        self.log.write_text(self._said())
        return (self.log, *(sidecar.keep_log() for sidecar in self.sidecars.values()))

    def _said(self) -> str:
        return redact(engine.logs(self.container), tuple(v for v in self.given.values() if isinstance(v, Secret)))

    def _wait(self, deadline: float) -> None:
        last: str | None = "not asked yet"
        with httpx.Client(timeout=2, trust_env=False) as http:
            while time.monotonic() < deadline:
                state = engine.state(self.container)
                if state is None or not state.running:
                    raise self._failed(f"the container {_end(state)} before it was healthy")
                last = self._lacks(state, http, deadline)
                if last is None:
                    return
                time.sleep(POLL)
        raise self._failed(f"the container was not healthy within {self.settings.start_seconds} s; last seen: {last}")

    def _lacks(self, state: engine.State, http: httpx.Client, deadline: float) -> str | None:
        """Tell what keeps the container from being healthy: its address, then the image's own health check.

        That is run here, once its time has come. The engine would run it as long as the container is there: a few
        processes every second, beside several containers a third of what two cores can do.
        """
        url = self._base_url(state) + self.settings.health
        try:
            status = http.get(url).status_code
        except httpx.HTTPError as error:
            more = " (is the engine on another machine?)" if isinstance(error, httpx.ConnectTimeout) else ""
            return f"GET {url}: {error or type(error).__name__}{more}"
        if status != httpx.codes.OK:
            return f"GET {url} answered {status}"
        try:
            failed = engine.probe(self.container, max(deadline - time.monotonic(), POLL))
        except CommandFailed as failure:  # it has ended since, which is seen next
            failed = failure.problems[0]
        return f"the image's own health check failed: {failed}" if failed else None

    def _base_url(self, state: engine.State) -> str:
        return f"http://{state.addresses[self.network]}:{self.settings.port}"

    def _failed(self, problem: str) -> CommandFailed:
        self.keep_log()
        tail = [line for line in self._said().splitlines() if line.strip()][-TAIL:]
        return CommandFailed([problem, *(f"  {line}" for line in tail)], hint=f"the full log is {self.log}")


def _end(state: engine.State | None) -> str:
    if state is None:
        return "is gone"
    return f"ended with exit code {state.exit_code}" + (" (out of memory)" if state.out_of_memory else "")


@contextmanager
def stand(
    image: str,
    settings: StandSettings,
    limits: Limits,
    *,
    log: Path,
    labels: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
    sidecars: Sequence[Sidecar] = (),
) -> Iterator[Stand]:
    """Give a stand of `image` (a reference or ID of the engine's), created but not started; remove all of it after.

    `labels` say whose it is, `log` is where its full log goes when it fails, `environment` are variables of this stand
    beside those of its settings, `sidecars` run beside it on its network. Raises CommandFailed with the last lines of
    the log where one of them ends or is not ready in time.
    """
    token = f"graft-stand-{secrets.token_hex(6)}"
    own = {**labels, "graft.stand": token}
    try:
        engine.create_network(token, own, internal=True)
        given = (
            settings.environment
            | dict(environment or {})
            | {name: Secret(secrets.token_urlsafe(32)) for name in settings.secrets}
        )
        volumes = {engine.create_volume(own): path for path in settings.volumes}
        plan = _container(image, settings, limits, given, volumes, token, own)
        running = {sidecar.name: sidecar.create(token, own, log) for sidecar in sidecars}
        yield Stand(engine.create(plan), token, settings, given, log, running)
    finally:
        remove_stands({"graft.stand": token})


def _container(
    image: str,
    settings: StandSettings,
    limits: Limits,
    given: Mapping[str, str | Secret],
    volumes: Mapping[str, str],
    network: str,
    labels: Mapping[str, str],
) -> engine.Container:
    return engine.Container(
        image=image,
        labels=labels,
        environment=given,
        network=network,
        volumes=volumes,
        tmpfs=settings.tmpfs,
        memory=limits.memory,
        cpus=limits.cpus,
        pids=limits.pids,
        read_only=limits.read_only,
        drop_capabilities=limits.drop_capabilities,
        probed=False,
    )


def remove_stands(own: Mapping[str, str]) -> None:
    """Remove all of a stand, or of all stands with these labels, which a killed run left.

    All is found by its label, so an interruption between two acts leaves nothing behind. Raises ValueError where no
    label is given, for then everybody's would go.
    """
    if not own:
        raise ValueError("stands are removed by the labels that tell whose they are, and there is none")
    for container in engine.labelled("container", own):
        engine.remove(container)
    for volume in engine.labelled("volume", own):
        engine.remove_volume(volume)
    for network in engine.labelled("network", own):
        engine.remove_network(network)
