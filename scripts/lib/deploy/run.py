"""One run of a deploy: what it goes by, how far it has come, and the record that it leaves."""

import getpass
import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from scripts.lib import records
from scripts.lib.deploy import deployments
from scripts.lib.deploy.deployments import DeployedImage, Deployment, Serves, Store, Trigger
from scripts.lib.deploy.target import Target
from scripts.lib.records import Release, Source, Tree


@dataclass(frozen=True)
class Wish:
    """What is asked for, and by what."""

    trigger: Trigger = "manual"
    adopt: str | None = None
    """Volume of an older deployment that is to be taken over."""


@dataclass
class Run:
    """A deploy on its way."""

    target: Target
    release: Release
    wish: Wish
    store: Store
    proof: tuple[Source, Tree]
    """What says what must be seen."""
    history: Sequence[Deployment]
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)
    copies: dict[str, str] = field(default_factory=dict)
    """Finished copy -> its volume; those of failed deploys since the last good one too."""
    before: frozenset[str] = frozenset()
    """The containers that there were before anything changed."""
    ran: bool = False
    """Some of them ran."""
    asked: bool = False
    """The database was asked what it overrules."""
    stopped: bool = False
    """The stack was stopped, to copy its data."""
    switched: bool = False
    """The release was begun to be started, so it may have changed the data."""
    healthy: float | None = None
    """Seconds from start to healthy."""
    proofs: int = 0
    number: int | None = None
    """Of its record."""

    @property
    def images(self) -> dict[str, DeployedImage]:
        return self.target.images(self.release)

    @property
    def front(self) -> str:
        """Reference of the image that users reach."""
        return self.images[self.target.settings.front].reference

    @property
    def previous(self) -> dict[str, DeployedImage] | None:
        """The images of the last deployment that ended well."""
        last = deployments.last_good(self.history)
        return last.images if last else None

    def summary(self) -> str:
        """Word what serves where."""
        return f"{self.target.stack} {self.release.version} serves at {self.target.url}, {self.front}"

    def keep(self, outcome: Literal["begun", "done", "failed"], serves: Serves, says: str) -> None:
        """Leave the record of this run with the target."""
        target, release = self.target, self.release
        self.number = self.store.keep(
            Deployment(
                form=1,
                product=target.selection.product.product,
                environment=release.environment,
                stack=target.stack,
                version=release.version,
                release=records.identity(release),
                inputs=target.inputs(release),
                images=self.images,
                previous=self.previous,
                copies=self.copies,
                trigger=self.wish.trigger,
                by=by(),
                began=self.began,
                seconds=round(time.monotonic() - self.clock, 3),
                seconds_to_healthy=None if self.healthy is None else round(self.healthy, 3),
                outcome=outcome,
                switched=self.switched,
                serves=serves,
                proofs=self.proofs,
                url=target.url,
                says=says,
            ),
            self.number,
        )


def by() -> str:
    """Name who runs this, and where."""
    return f"{_user()}@{socket.gethostname()}"


def _user() -> str:
    """Name who runs this; a container's user may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
