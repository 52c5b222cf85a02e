"""Deployments: the record of each, kept with the target in a volume of its own, and the lock that one deploy holds.

A CI runner forgets; the target does not. Every deployment, good or bad, is one file, written as its containers are
started and again at its end. The numbers in their names say the order, whatever clocks say. The lock is the container
that has the volume while a deploy runs: the engine lets only one bear its name, from wherever it is asked.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from scripts.lib import console, engine, holder, volumes
from scripts.lib.errors import CommandFailed, ResourceMissing
from scripts.lib.records import Digest
from scripts.lib.settings.base import Frozen

Serves = Literal["this", "previous", "nothing"]
Trigger = Literal["manual"]
LOCK = "graft.lock"


class DeployedImage(Frozen):
    """One image as it was started."""

    reference: str
    """Registry, repository and digest."""
    image_id: Digest


class Deployment(Frozen):
    """One deploy and how it ended."""

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
    """Volume -> the copy that was made of it before."""
    trigger: Trigger
    by: str
    began: datetime
    seconds: float
    seconds_to_healthy: float | None
    outcome: Literal["begun", "done", "failed"]
    """It stays `begun` where the deploy was broken off after its containers were started."""
    switched: bool
    """Whether its containers were started, and so may have changed the data."""
    serves: Serves
    proofs: int
    """Checks that passed on the live address."""
    url: str
    says: str


class Store:
    """The deployments of one stack, through a container that has their volume."""

    def __init__(self, container: str) -> None:
        self._container = container

    def all(self) -> list[Deployment]:
        """Return every deployment, oldest first; a half-written one is passed over."""
        return [found for _, found in self._numbered() if found]

    def keep(self, deployment: Deployment, number: int | None = None) -> int:
        """Keep one more, or the one of this number again; returns its number."""
        number = number or max((number for number, _ in self._numbered()), default=0) + 1
        data = deployment.model_dump_json(indent=2).encode() + b"\n"
        engine.put_file(self._container, volumes.PLACE, f"{number:06}.json", data)
        return number

    def _numbered(self) -> list[tuple[int, Deployment | None]]:
        files = engine.get_folder(self._container, volumes.PLACE)
        return [(int(name[:6]), _read(data)) for name, data in sorted(files.items()) if name[:6].isdigit()]


def _read(data: bytes) -> Deployment | None:
    try:
        return Deployment.model_validate_json(data)
    except ValidationError:
        return None


def volume_of(stack: str) -> str:
    """Return the name of the volume in which a stack's deployments lie."""
    return f"{stack}-deployments"


def history(stack: str) -> list[Deployment]:
    """Return the deployments of a stack, oldest first, without a lock; none where it was never deployed."""
    if engine.volume_labels(volume_of(stack)) is None:
        return []
    with volumes.holding(volume_of(stack)) as container:
        return Store(container).all()


def last_good(found: Sequence[Deployment]) -> Deployment | None:
    """Return the last deployment that ended well."""
    return next((one for one in reversed(found) if one.outcome == "done"), None)


@contextmanager
def lock(product: str, stack: str, stage: str) -> Iterator[Store]:
    """Hold a stack's lock and give its deployments; raises ResourceMissing with who holds it and for how long.

    A lock whose holder on this machine has ended is taken over; one of another machine is never.
    """
    volume = engine.create_volume({"graft.product": product, "graft.deployments": stack}, volume_of(stack))
    for who in holder.remove_left({LOCK: stack}):
        console.note(f"  {who}, ended too early; its lock is taken over")
    try:
        container = engine.create(
            engine.Container(
                image=engine.blank(),
                name=volume,
                command=("-",),
                labels={LOCK: stack, **holder.labels(stage)},
                volumes={volume: volumes.PLACE},
            )
        )
    except CommandFailed:
        held = engine.labels_of(volume)
        if held is None:
            raise
        raise ResourceMissing(
            f"another run works on the stack {stack}: {holder.words(held)}",
            hint=f"wait until it has ended; if that machine was ended: docker rm {volume}",
        ) from None
    try:
        yield Store(container)
    finally:
        engine.remove(container)
