"""A stand of several images as it is used: started, stopped, killed, asked."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.lib import engine, shell
from scripts.lib.commands import compose
from scripts.lib.deploy import stack, starting
from scripts.lib.deploy.stack import Service
from scripts.lib.deploy.target import Target
from scripts.lib.errors import CommandFailed
from scripts.lib.secret import Secret, redact

RUN_SECONDS = 120.0
"""What a program in a container may take."""


@dataclass(frozen=True)
class StackStand:
    """All images of a product, on one throw-away compose project."""

    target: Target
    env: Mapping[str, str | Secret] = field(repr=False)
    """Its settings, the ports that it takes, and what else compose is given."""
    log: Path
    """Each service's full log goes beside it, under its name and the service's, when something fails."""

    @property
    def project(self) -> str:
        """Name of the compose project; every name of it begins so."""
        return self.target.stack

    @property
    def volumes(self) -> dict[str, str]:
        """Compose's name of each volume -> the engine's."""
        return self.target.resolved.volume_names()

    def value(self, name: str) -> str:
        """Return a setting as plain text, such as a password to log in with."""
        found = self.env[name]
        return found.reveal() if isinstance(found, Secret) else found

    def start(self) -> float:
        """Start what does not run, wait until everything is healthy and return the seconds that took."""
        return self._until_healthy(lambda: starting.up(self.target, self.env))

    def recreate(self) -> float:
        """Make every container anew over the same volumes, and wait as `start` does."""
        return self._until_healthy(lambda: starting.up(self.target, self.env, "--force-recreate"))

    def restart(self) -> float:
        """End and start every container as it is, and wait as `start` does."""
        return self._until_healthy(lambda: self._after(compose.restart(self.project)))

    def stop(self, service: str | None = None) -> dict[str, int]:
        """Ask every service, or this one, to end; returns its exit code by service. What is stopped stays."""
        return self._ended(compose.stop, service)

    def kill(self, service: str | None = None) -> dict[str, int]:
        """End every service, or this one, by force; returns as `stop` does."""
        return self._ended(compose.kill, service)

    def down(self) -> None:
        """Remove the containers and networks; the volumes stay, and `start` makes the rest again."""
        self._compose(compose.down(self.project))

    def run(self, service: str, argv: Sequence[str], *, user: str | None = None) -> str:
        """Run a program in a service's container and return what it prints, secrets redacted.

        Raises CommandFailed where it fails or takes longer than RUN_SECONDS.
        """
        return self._compose(compose.execute(self.project, service, argv, user=user))

    def address(self, service: str, inside: int | None = None) -> str:
        """Return the base URL of a service's container; a restart may change it.

        `inside` is the port, where it is neither the image's own nor the only one that it publishes or exposes.
        """
        addresses = [one for one in self._one(service).state.addresses.values() if one]
        port = inside or self.target.inside(service)
        if port is None:
            raise CommandFailed(f"at which port {service} listens is not known", hint="add expose to its compose file")
        if not addresses:
            raise CommandFailed(f"{service} has no address: it does not run", hint="start it first")
        return f"http://{addresses[0]}:{port}"

    def published(self, service: str, inside: int | None = None) -> int | None:
        """Return the port of the loopback interface at which a service answers, None where it publishes none.

        `inside` is its port in the container, where it publishes several.
        """
        return self.target.published(service, inside)

    def container(self, service: str) -> str:
        """Return the id of a service's container."""
        return self._one(service).container

    def states(self) -> dict[str, str]:
        """Return by service: healthy, unhealthy or starting; running where nothing checks it; else ended."""
        return {one.service: (one.state.health or "running") if one.state.running else "ended" for one in self._all()}

    def logs(self, service: str) -> str:
        """Return all that a service's container has said, as it said it: secrets too."""
        return engine.logs(self.container(service))

    def keep_log(self) -> tuple[Path, ...]:
        """Write every service's full log, secrets redacted, and return the paths."""
        return tuple(self._keep(one) for one in self._all())

    def _keep(self, one: Service) -> Path:
        path = self.log.with_name(f"{self.log.stem}-{one.service}.log")
        path.write_text(redact(engine.logs(one.container), self.target.secrets()))
        return path

    def _until_healthy(self, act: Callable[[], dict[str, int]]) -> float:
        began = time.monotonic()
        try:
            starting.await_healthy(self.target, act())
        except CommandFailed as failure:
            kept = ", ".join(str(path) for path in self.keep_log())
            raise CommandFailed(failure.problems, hint=f"the full logs are {kept}" if kept else failure.hint) from None
        return time.monotonic() - began

    def _after(self, argv: Sequence[str]) -> dict[str, int]:
        """Run compose and return how often containers had been started again before."""
        before = stack.restarted(self.project)
        self._compose(argv)
        return before

    def _ended(self, words: Callable[..., list[str]], service: str | None) -> dict[str, int]:
        self._compose(words(self.project, *([service] if service else [])))
        return {one.service: one.state.exit_code for one in self._all() if service in (None, one.service)}

    def _compose(self, argv: Sequence[str]) -> str:
        return shell.run(argv, env=self.env, hint="see the lines above", timeout=RUN_SECONDS).output

    def _all(self) -> list[Service]:
        return stack.services(self.project)

    def _one(self, service: str) -> Service:
        found = [one for one in self._all() if one.service == service]
        if not found:
            known = ", ".join(self.target.resolved.services)
            raise CommandFailed(f"no container of {service} is there", hint=f"start the stand; its services: {known}")
        return found[0]
