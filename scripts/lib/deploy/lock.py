"""The lock of a stack: one deploy, stop or restart at a time, from wherever the engine is asked.

It is a container, since the engine lets only one bear its name, and beside it a volume with the same labels:
`docker container prune` takes the container of a run that goes on, and the volume then tells the next run whose the
lock is. The container comes first and goes last, so that only its owner makes or removes the volume.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from scripts.lib import console, engine
from scripts.lib.deploy import holder, volumes
from scripts.lib.engine import Labels
from scripts.lib.errors import CommandFailed, ResourceMissing

LOCK = "graft.lock"


@contextmanager
def hold(stack: str, name: str, stage: str) -> Iterator[str]:
    """Hold a stack's lock and give its container, called `name`, which has the volume `name` at PLACE.

    Raises ResourceMissing with who holds it and since when. A lock whose holder on this machine has ended is taken
    over; one of another machine is never.
    """
    ours = {LOCK: stack, **holder.labels(stage)}
    ended = holder.remove_left({LOCK: stack})
    container = _container(stack, name, ours)
    try:
        _take(stack, name, ours, ended)
        if engine.labels_of(container) is None:  # then somebody else may have come between
            raise CommandFailed(f"the lock {name} was removed while it was taken", hint="run it again")
        yield container
    finally:
        if engine.volume_labels(_volume(name)) == ours:
            engine.remove_volume(_volume(name))
        engine.remove(container)


def holder_of(name: str) -> str | None:
    """Word who holds the lock called `name` now, None where nobody does."""
    found = _labels(name)
    return None if found is None or holder.has_ended(found) else holder.words(found)


def _container(stack: str, name: str, ours: Labels) -> str:
    mounts = {name: volumes.PLACE}
    try:
        return engine.create(
            engine.Container(image=engine.blank(), name=name, command=("-",), labels=ours, volumes=mounts)
        )
    except CommandFailed:
        found = engine.labels_of(name)
        if found is None:
            raise
        raise _held(stack, name, found) from None


def _take(stack: str, name: str, ours: Labels, ended: list[str]) -> None:
    """Make the volume, in place of one that a dead run left; `ended` are the runs whose containers have gone."""
    found = engine.volume_labels(_volume(name))
    if found is not None and holder.has_ended(found):
        engine.remove_volume(_volume(name))
        ended = [*ended, holder.words(found)]
    engine.create_volume(ours, _volume(name))
    found = engine.volume_labels(_volume(name)) or {}
    if found != ours:
        raise _held(stack, name, found)
    for who in dict.fromkeys(ended):
        console.note(f"  {who}, ended too early; its lock is taken over")


def _labels(name: str) -> Labels | None:
    found = engine.labels_of(name)
    return engine.volume_labels(_volume(name)) if found is None else found


def _held(stack: str, name: str, found: Labels) -> ResourceMissing:
    return ResourceMissing(
        f"another run works on the stack {stack}: {holder.words(found)}",
        hint=f"wait until it has ended; if that machine was ended: docker rm {name}; docker volume rm {_volume(name)}",
    )


def _volume(name: str) -> str:
    return f"{name}-lock"
