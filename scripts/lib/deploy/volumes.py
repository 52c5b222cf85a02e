"""Volumes of a target: looked into and copied by containers that live as long as the question.

A copy is finished when it holds the file MARK, which is written last and says what it is a copy of.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from scripts.lib import console, engine
from scripts.lib.deploy import holder
from scripts.lib.errors import CommandFailed, ResourceMissing

PLACE = "/volume"
MARK = ".graft-copy.json"
COPY_OF = "graft.copy-of"
COPY_SECONDS = 3600.0
READ_SECONDS = 60.0
PATIENCE = 10.0
"""Seconds for which the engine may still be at making a container that nobody waits for any more."""
_RUN = {"graft.run": "volume"}
_SIZES = ("sh", "-c", "du -sk /from && df -Pk /from | tail -n 1")


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


def is_finished(volume: str) -> bool:
    """Tell whether a volume is a copy that was made to its end."""
    with holding(volume) as container:
        mark = engine.get_file(container, f"{PLACE}/{MARK}")
    return mark is not None and f'"copy": {json.dumps(volume)}'.encode() in mark


def running_users(volume: str) -> list[str]:
    """Return the names of the running containers that mount a volume."""
    found = [engine.find_made(container) for container in engine.users_of(volume)]
    return [one.name for one in found if one and one.running]


def require_unused(volume: str) -> None:
    """Raise ResourceMissing where a container that runs could write to a volume while it is copied."""
    if using := running_users(volume):
        raise ResourceMissing(
            f"{', '.join(using)} runs on {volume}, and would write while it is copied",
            hint=f"docker stop {' '.join(using)}",
        )


def require_room(named: Iterable[str], image: str) -> dict[str, int]:
    """Return volume -> its bytes; raises ResourceMissing where copies of all together have no room.

    `image` has `sh`, `du`, `df`.
    """
    found = {volume: _size_and_free(volume, image) for volume in named}
    needed, free = sum(size for size, _ in found.values()), min((free for _, free in found.values()), default=0)
    if free < needed:
        raise ResourceMissing(
            f"a copy of {', '.join(found)} needs {console.size(needed)}, there are {console.size(free)} free",
            hint="make room: docker system df",
        )
    return {volume: size for volume, (size, _) in found.items()}


def _size_and_free(volume: str, image: str) -> tuple[int, int]:
    """Return the bytes of a volume, and those that are free where it lies."""
    said = ask(volume, "/from", image, _SIZES, all_files=True)
    used, disk = (line.split() for line in said.splitlines())
    return int(used[0]) << 10, int(disk[-3]) << 10


def remove_unfinished() -> None:
    """Remove the copies that processes which have ended did not finish; a finished one never."""
    for volume in engine.labelled("volume", {COPY_OF: ""}):
        labels = engine.volume_labels(volume)
        if labels and holder.has_ended(labels) and not is_finished(volume):
            engine.remove_volume(volume)
            console.note(f"  the copy {volume} was broken off and is removed")


def copy(
    source: str,
    target: str,
    labels: Mapping[str, str],
    image: str,
    *,
    facts: Mapping[str, str | int],
    below: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Copy a volume into a new one, owners, modes and times kept; `image` has the program `cp`.

    `facts` go into its mark; `below` are further volumes -> the folders of the source in which they are mounted, and
    are copied there. Nobody may write to any of them meanwhile. Where it does not succeed, or is interrupted, the new
    volume is removed.
    """
    if engine.volume_labels(target) is not None:
        raise CommandFailed(f"there is a volume {target} already", hint="see what it holds: docker volume inspect")
    holder.remove_left(_RUN)
    name, done = f"{target}-copying", False
    try:
        engine.create_volume({**labels, **holder.labels("copy")}, target)
        container = engine.create(
            engine.Container(
                image=image,
                name=name,
                labels=_ours(),
                entrypoint=("cp",),
                command=("-a", "/from/.", "/to/"),
                user="0:0",
                network="none",
                read_only_volumes={source: "/from", **{inner: f"/from/{at}" for inner, at in below.items()}},
                volumes={target: "/to"},
            )
        )
        code = engine.finish(container, COPY_SECONDS)
        if code:
            said = engine.logs(container).strip() or code
            raise CommandFailed(f"copying {source} to {target}: {said}", hint="is there room: docker system df")
        mark = json.dumps({"copy": target, "of": source, **facts}).encode()
        engine.put_file(container, "/to", MARK, mark)
        done = True
    finally:
        # by their names, since an interruption may come before this process knows that they are there
        if done:
            engine.remove(name)
        else:
            _remove_half(target, name)


def _remove_half(volume: str, container: str) -> None:
    """Remove an unfinished copy, and its container, which the engine may still be at making; else the next one does."""
    failed, late = retry_if_exception_type(CommandFailed), stop_after_delay(PATIENCE)
    try:
        for attempt in Retrying(retry=failed, stop=late, wait=wait_fixed(0.2), reraise=True):
            with attempt:
                engine.remove(container)
                engine.remove_volume(volume)
    except CommandFailed as failure:
        console.note(f"  {failure.problems[0]}; it has no mark, so nothing takes it for a copy")


def ask(volume: str, at: str, image: str, command: tuple[str, ...], *, all_files: bool = False) -> str:
    """Run a command that only reads a volume, in a throw-away container without network; returns its output.

    `all_files`: those too that only their owners may read.
    """
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
            drop_capabilities=not all_files,
        )
    )
    try:
        if engine.finish(container, READ_SECONDS):
            said = engine.logs(container).strip().splitlines()[-1:]
            raise CommandFailed(f"reading volume {volume}: {''.join(said)}", hint="see what it says above")
        return engine.output(container)
    finally:
        engine.remove(container)
