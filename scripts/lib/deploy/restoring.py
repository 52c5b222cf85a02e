"""Putting a backup back into a stack's volumes. While that is not ended, a volume of its own says so."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from scripts.lib import console, engine
from scripts.lib.deploy import backups, snapshot, volumes
from scripts.lib.deploy.backups import Backup
from scripts.lib.deploy.target import Target
from scripts.lib.errors import CommandFailed, SettingsInvalid

RESTORING = "graft.restoring"


def half(stack: str) -> str | None:
    """Return the backup whose restoring into a stack was not ended, None where there is none."""
    return (engine.volume_labels(_mark(stack)) or {}).get(RESTORING)


def require_ended(stack: str) -> None:
    """Raise SettingsInvalid where the stack's volumes hold half of a backup."""
    if found := half(stack):
        raise SettingsInvalid(
            f"restoring {found} into {stack} was not ended, so its data are half of it",
            hint=f"run: invoke restore {found}",
        )


def set_aside(named: Mapping[str, str], labels: Mapping[str, str], image: str, now: datetime) -> list[str]:
    """Copy volumes (key -> name), which nobody uses, to ones beside them; returns their names."""
    made = []
    for volume, size in volumes.require_room(named.values(), image).items():
        copy = f"{volume}-before-restore-{now:%Y%m%dT%H%M%SZ}"
        with console.part(f"copy {volume} to {copy}"):
            facts: dict[str, str | int] = {"because": "a backup takes its place", "bytes": size}
            volumes.copy(volume, copy, {**labels, volumes.COPY_OF: volume}, image, facts=facts)
        console.note(f"  the data as it was is in volume {copy}")
        made.append(copy)
    return made


def fill(target: Target, folder: Path, backup: Backup, keys: Mapping[str, str], image: str) -> None:
    """Let volumes (key -> name) hold exactly what the backup in `folder` has of them; what they held goes.

    Raises CommandFailed where something else lies in one of them afterwards.
    """
    for key, name in keys.items():
        engine.create_volume(target.volume_labels(key), name)
    with snapshot.filling(keys, image) as container:
        for key in backup.volumes:
            with console.part(f"restore {keys[key]}"), (folder / backups.archive_of(key)).open("rb") as archive:
                engine.unpack(container, snapshot.TO, archive)
    found = snapshot.look(keys, image)
    wanted = {key: backups.contents(folder, key) for key in backup.volumes}
    problems = [line for key, one in wanted.items() for line in _other(keys[key], one, found[key])]
    if problems:
        raise CommandFailed(problems, hint=f"run it again: invoke restore {folder}")


@contextmanager
def marked(stack: str, product: str, folder: Path) -> Iterator[None]:
    """Leave a mark for as long as volumes or settings are half a backup's.

    Raises SettingsInvalid where a volume of somebody else bears the mark's name.
    """
    mark = _mark(stack)
    there = engine.volume_labels(mark)
    if there is not None and RESTORING not in there:
        raise SettingsInvalid(
            f"the volume {mark} is none of ours", hint=f"rename it; see: docker volume inspect {mark}"
        )
    engine.remove_volume(mark)
    engine.create_volume({RESTORING: str(folder), "graft.product": product}, mark)
    yield
    engine.remove_volume(mark)


def _other(volume: str, wanted: snapshot.Contents, found: snapshot.Contents) -> list[str]:
    """Return where a volume holds something else than the backup."""
    before = {**wanted.folders, **wanted.files}
    after = {**found.folders, **found.files}
    lines = [
        f"{volume}/{name} is {after.get(name) or 'not there'}, in the backup it is {before.get(name) or 'not there'}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    return [*lines, *([f"{volume}: other tables than in the backup"] if wanted.databases != found.databases else ())]


def _mark(stack: str) -> str:
    return f"{stack}-restoring"
