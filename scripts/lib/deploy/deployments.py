"""Deployments: the record of each, kept with the target in a volume of its own, and the lock that one deploy holds.

A CI runner forgets; the target does not. Every deployment, good or bad, is one file, written as its containers are
started and again at its end. The numbers in their names say the order, whatever clocks say. While a deploy runs, its
lock's container has the volume.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from scripts.lib import engine
from scripts.lib.deploy import lock as locks
from scripts.lib.deploy import volumes
from scripts.lib.errors import ResourceMissing
from scripts.lib.records import Digest
from scripts.lib.settings.base import Frozen

Serves = Literal["this", "previous", "nothing"]
Trigger = Literal["manual"]


class DeployedImage(Frozen):
    """One image as it was started."""

    reference: str
    """Registry, repository and digest."""
    image_id: Digest


class Deployment(Frozen):
    """One deploy and how it ended."""

    form: Literal[1]
    """Of this record; another one is of another version of this code."""
    product: str
    environment: str
    stack: str
    version: str
    """Of the upstream."""
    release: str
    """Identity of the Release record."""
    inputs: str
    """Identity of everything that decides what runs: images, settings, secrets, compose files."""
    images: dict[str, DeployedImage]
    previous: dict[str, DeployedImage] | None
    """What served before; None where nothing did."""
    copies: dict[str, str]
    """Copy -> the volume of which it was made before; those of failed deploys since the last good one too."""
    trigger: Trigger
    by: str
    began: datetime
    seconds: float
    seconds_to_healthy: float | None
    outcome: Literal["begun", "done", "failed"]
    """It stays `begun` where the deploy was killed after it stopped or started something."""
    switched: bool
    """Whether its containers were started, and so may have changed the data."""
    serves: Serves
    proofs: int
    """Checks that passed on the live address."""
    url: str
    says: str


class Store:
    """The deployments of one stack, through a container that has their volume."""

    def __init__(self, container: str, volume: str) -> None:
        self._container, self._volume = container, volume

    def all(self) -> list[Deployment]:
        """Return every deployment, oldest first; a half-written one is passed over.

        Raises ResourceMissing where one is of another form, since a history with holes would mislead.
        """
        return [found for _, found in self._numbered() if found]

    def keep(self, deployment: Deployment, number: int | None = None) -> int:
        """Keep one more, or the one of this number again; returns its number."""
        number = number or max((number for number, _ in self._numbered()), default=0) + 1
        data = deployment.model_dump_json(indent=2).encode() + b"\n"
        with self._place() as container:
            engine.put_file(container, volumes.PLACE, f"{number:06}.json", data)
        return number

    def get(self, name: str) -> bytes | None:
        """Return another file that lies beside the deployments, None where there is none."""
        with self._place() as container:
            return engine.get_file(container, f"{volumes.PLACE}/{name}")

    def put(self, name: str, data: bytes) -> None:
        """Write another file; its name does not begin with digits."""
        with self._place() as container:
            engine.put_file(container, volumes.PLACE, name, data)

    def _numbered(self) -> list[tuple[int, Deployment | None]]:
        with self._place() as container:
            files = engine.get_folder(container, volumes.PLACE)
        return [(int(name[:6]), self._read(name, data)) for name, data in sorted(files.items()) if name[:6].isdigit()]

    def _read(self, name: str, data: bytes) -> Deployment | None:
        try:
            said = json.loads(data)
        except ValueError:
            return None
        try:
            return Deployment.model_validate(said)
        except ValidationError as error:
            first = error.errors()[0]
            raise ResourceMissing(
                f"{name} in volume {self._volume} is a deployment of another form: "
                f"{'.'.join(map(str, first['loc']))}: {first['msg']}",
                hint="use the version of this code that wrote it",
            ) from None

    @contextmanager
    def _place(self) -> Iterator[str]:
        """Give the container, or another one where somebody removed it (`docker container prune` does)."""
        if engine.labels_of(self._container) is not None:
            yield self._container
        else:
            with volumes.holding(self._volume) as container:
                yield container


def volume_of(stack: str) -> str:
    """Return the name of the volume in which a stack's deployments lie."""
    return f"{stack}-deployments"


def history(stack: str) -> list[Deployment]:
    """Return the deployments of a stack, oldest first, without a lock; none where it was never deployed."""
    with looked_at(stack) as store:
        return store.all() if store else []


@contextmanager
def looked_at(stack: str) -> Iterator[Store | None]:
    """Give what a stack's target remembers, without a lock; None where it remembers nothing."""
    if engine.volume_labels(volume_of(stack)) is None:
        yield None
        return
    with volumes.holding(volume_of(stack)) as container:
        yield Store(container, volume_of(stack))


def holder_of(stack: str) -> str | None:
    """Word who works on a stack now, None where nobody does."""
    return locks.holder_of(volume_of(stack))


def last_switched(found: Sequence[Deployment]) -> Deployment | None:
    """Return the last deployment that started its containers, and so had the data."""
    return next((one for one in reversed(found) if one.switched), None)


def last_good(found: Sequence[Deployment]) -> Deployment | None:
    """Return the last deployment that ended well."""
    return next((one for one in reversed(found) if one.outcome == "done"), None)


@contextmanager
def lock(product: str, stack: str, stage: str) -> Iterator[Store]:
    """Hold a stack's lock and give its deployments; raises ResourceMissing with who holds it and since when."""
    volume = engine.create_volume({"graft.product": product, "graft.deployments": stack}, volume_of(stack))
    with locks.hold(stack, volume, stage) as container:
        yield Store(container, volume)
