"""Volumes of a target: looked into and copied by containers that live as long as the question."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from scripts.lib import engine, holder
from scripts.lib.errors import CommandFailed

PLACE = "/volume"
COPY_SECONDS = 3600.0
READ_SECONDS = 60.0
_RUN = {"graft.run": "volume"}


def _ours() -> dict[str, str]:
    """Labels of a container of this module; those that dead processes left are removed first."""
    holder.remove_left(_RUN)
    return _RUN | holder.labels("volume")


@contextmanager
def holding(volume: str) -> Iterator[str]:
    """Give a container, never started, that has the volume at PLACE; it is removed after."""
    container = engine.create(
        engine.Container(image=engine.blank(), command=("-",), labels=_ours(), volumes={volume: PLACE})
    )
    try:
        yield container
    finally:
        engine.remove(container)


def has_data(volume: str) -> bool:
    """Tell whether a volume is there and holds something."""
    if engine.volume_labels(volume) is None:
        return False
    with holding(volume) as container:
        return not engine.folder_is_empty(container, PLACE)


def running_users(volume: str) -> list[str]:
    """Return the names of the running containers that mount a volume."""
    found = [engine.made(container) for container in engine.users_of(volume)]
    return [one.name for one in found if one.running]


def copy(source: str, target: str, labels: Mapping[str, str], image: str) -> None:
    """Copy a volume into a new one, owners, modes and times kept; `image` has the program `cp`.

    Nobody may write to the source meanwhile. Where it does not succeed, or is interrupted, the new volume is removed.
    """
    if engine.volume_labels(target) is not None:
        raise CommandFailed(f"there is a volume {target} already", hint=f"look at it, then: docker volume rm {target}")
    engine.create_volume(labels, target)
    done = False
    try:
        container = engine.create(
            engine.Container(
                image=image,
                labels=_ours(),
                entrypoint=("cp",),
                command=("-a", "/from/.", "/to/"),
                user="0:0",
                network="none",
                read_only_volumes={source: "/from"},
                volumes={target: "/to"},
            )
        )
        try:
            code = engine.finish(container, COPY_SECONDS)
            said = engine.logs(container).strip()
        finally:
            engine.remove(container)
        if code:
            raise CommandFailed(f"copying {source} to {target}: {said or code}", hint="is there room: docker system df")
        done = True
    finally:
        if not done:
            engine.remove_volume(target)


def ask(volume: str, at: str, image: str, command: tuple[str, ...]) -> str:
    """Run a command that only reads a volume, in a throw-away container without network; returns its output."""
    container = engine.create(
        engine.Container(
            image=image,
            labels=_ours(),
            entrypoint=command[:1],
            command=command[1:],
            network="none",
            read_only_volumes={volume: at},
            user="0:0",
            read_only=True,
            drop_capabilities=True,
        )
    )
    try:
        if engine.finish(container, READ_SECONDS):
            said = engine.logs(container).strip().splitlines()[-1:]
            raise CommandFailed(f"reading volume {volume}: {''.join(said)}", hint="see what it says above")
        return engine.output(container)
    finally:
        engine.remove(container)
