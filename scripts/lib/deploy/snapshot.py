"""What lies in a stack's volumes: taken while it runs, looked at, removed; by a program in an image of the product."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from scripts.lib import engine
from scripts.lib.deploy import holder, live_copy, volumes
from scripts.lib.errors import CommandFailed
from scripts.lib.settings.base import Frozen

RUN = {"graft.run": "snapshot"}
FROM, TO = "/from", "/to"
PYTHON = ("python3", "-c")


class Entry(Frozen):
    """A folder or file as it lies in a volume."""

    owner: str
    """User and group, by number."""
    mode: str
    """Kind and permissions, octal."""
    sha256: str | None = None
    """Of a file's content, or of where a link leads; None for a folder."""


class Contents(Frozen):
    """What lies in one volume; paths are below its top."""

    folders: dict[str, Entry]
    files: dict[str, Entry]
    databases: dict[str, dict[str, int]]
    """SQLite database -> rows of each table."""
    restless: tuple[str, ...] = ()
    """Files that changed whenever they were taken."""

    @property
    def rows(self) -> int:
        return sum(count for tables in self.databases.values() for count in tables.values())


@contextmanager
def taken(named: Mapping[str, str], image: str, labels: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Contents]]]:
    """Copy volumes (key -> name) beside those who use them; gives a container that has each at /to/KEY.

    `image` has Python. The copy, a volume with these labels, goes at the end. Raises CommandFailed where a file would
    not come to rest.
    """
    _remove_left()
    scratch = engine.create_volume({**labels, **RUN, **holder.labels("backup")})
    try:
        container = _container(image, ("copy", FROM, TO), {scratch: TO}, {n: f"{FROM}/{k}" for k, n in named.items()})
        try:
            contents = _contents(_said(container), named)
            _require_at_rest(contents)
            yield container, contents
        finally:
            engine.remove(container)
    finally:
        engine.remove_volume(scratch)


@contextmanager
def filling(named: Mapping[str, str], image: str) -> Iterator[str]:
    """Give a container that has volumes (key -> name) at /to/KEY, never started; they are emptied before."""
    mounts = {name: f"{TO}/{key}" for key, name in named.items()}
    container = _container(image, ("clear", TO), mounts)
    try:
        _said(container)
        yield container
    finally:
        engine.remove(container)


def look(named: Mapping[str, str], image: str) -> dict[str, Contents]:
    """Return what lies in volumes (key -> name) that nobody uses.

    They may be written to, for some databases can be read in no other way; they stay as they are.
    """
    container = _container(image, ("look", FROM), {name: f"{FROM}/{key}" for key, name in named.items()})
    try:
        return _contents(_said(container), named)
    finally:
        engine.remove(container)


def _container(image: str, words: tuple[str, ...], mounts: Mapping[str, str], read: Mapping[str, str] = {}) -> str:
    return engine.create(
        engine.Container(
            image=image,
            labels=RUN | holder.labels("backup"),
            entrypoint=PYTHON[:1],
            command=(*PYTHON[1:], Path(live_copy.__file__).read_text(), *words),
            user="0:0",
            network="none",
            volumes=mounts,
            read_only_volumes=read,
        )
    )


def _said(container: str) -> str:
    """Let the program run and return what it said; raises CommandFailed with its last line where it failed."""
    if engine.finish(container, volumes.COPY_SECONDS):
        last = engine.logs(container).strip().splitlines()[-1:]
        raise CommandFailed(f"the data could not be taken: {''.join(last)}", hint="is there room: docker system df")
    return engine.output(container)


def _contents(said: str, named: Mapping[str, str]) -> dict[str, Contents]:
    """Return what the program said of everything, for each volume by itself."""
    try:
        whole = Contents.model_validate_json(said)
    except ValidationError as error:
        raise CommandFailed(f"the program in the image said no contents: {error}", hint="has it Python 3.10?") from None
    kinds = json.loads(whole.model_dump_json())
    found = {}
    for key in named:
        parts = {kind: _below(key, kinds[kind]) for kind in ("folders", "files", "databases")}
        restless = [name.partition("/")[2] for name in whole.restless if name.startswith(f"{key}/")]
        found[key] = Contents.model_validate(parts | {"restless": restless})
    return found


def _below(key: str, entries: Mapping[str, object]) -> dict[str, object]:
    """Return the entries of one volume; its top is called `.`."""
    own = {name: entry for name, entry in entries.items() if name == key or name.startswith(f"{key}/")}
    return {name.partition("/")[2] or ".": entry for name, entry in own.items()}


def _require_at_rest(contents: Mapping[str, Contents]) -> None:
    moving = [f"{key}/{name}" for key, one in contents.items() for name in one.restless]
    if moving:
        raise CommandFailed(
            [f"{name} changed whenever it was copied" for name in moving],
            hint="run it again in a quieter moment, or with nobody writing: invoke stop backup restart",
        )


def _remove_left() -> None:
    """Remove what backups left whose processes have ended."""
    holder.remove_left(RUN)
    for volume in engine.labelled("volume", RUN):
        labels = engine.volume_labels(volume)
        if labels and holder.has_ended(labels):
            engine.remove_volume(volume)
