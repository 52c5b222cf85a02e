"""Copy the data of the stack, while it runs, with its settings and secrets into a folder.

Nothing is stopped. Databases are taken over SQLite's backup interface, each as it is at one moment, with what stands in
its write-ahead log; all other files are taken again until none changed meanwhile, else nothing is left and exit code 10
says which. For one moment over all databases: invoke stop backup restart.

The folder (backups/STACK-TIME of this checkout, where --to names none) has an archive of each volume, a list of what
lies in it with hashes and rows, and the settings. It is for its owner alone, for there are secrets in it. It is whole
once it holds backup.json. `invoke restore FOLDER` puts it back. With --keep N older ones of the same stack that lie
beside it go, but for the newest N.
"""

import argparse
import getpass
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scripts.lib import cli, console, engine
from scripts.lib.cli import Done, Option
from scripts.lib.deploy import backups, deployments, front, restoring, snapshot, volumes
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.backups import Backup, Making
from scripts.lib.deploy.deployments import Deployment
from scripts.lib.deploy.snapshot import Contents
from scripts.lib.deploy.target import Target
from scripts.lib.errors import RecordMissing, ResourceMissing, SettingsInvalid
from scripts.lib.migration import store as migrations
from scripts.lib.settings.selection import Selection

TO = Option("--to", "a folder that is not there yet, in place of one below backups/", "FOLDER")


KEEP = Option("--keep", "afterwards remove this stack's older backups beside it, but for the newest N", "N")


@dataclass(frozen=True)
class Plan:
    """What is to be taken, after everything was looked at."""

    target: Target
    folder: Path
    volumes: Mapping[str, str]
    """Compose's name -> the engine's, of those that hold something."""
    image: str
    last: Deployment | None
    """The last deployment that had the data."""
    now: datetime


def backup(selection: Selection, given: argparse.Namespace) -> Done:
    """Take a backup of the environment's stack."""
    target, now = targets.of(selection), datetime.now(UTC)
    folder = Path(given.to or selection.checkout.root / "backups" / f"{target.stack}-{now:%Y%m%dT%H%M%SZ}").resolve()
    backups.require_new(folder)
    keep = _number(given.keep)
    with deployments.lock(selection.product.product, target.stack, "backup") as store:
        restoring.require_ended(target.stack)
        migrations.require_ended(store)
        last = deployments.last_switched(store.all())
        plan = Plan(target, folder, _filled(target), front.image(target), last, now)
        contents = _take(plan)
    console.result(str(folder))
    _remove_older(target, folder.parent, keep)
    files, rows = sum(len(one.files) for one in contents.values()), sum(one.rows for one in contents.values())
    says = f"{target.stack}: {files} files in {len(contents)} volumes, {rows} rows in their databases"
    return Done(f"{says}: {folder}", hint=f"to put it back: invoke restore {folder}")


def _remove_older(target: Target, place: Path, keep: int | None) -> None:
    there = backups.of_stack(place, target.selection.product.product, target.stack)
    for old in there[keep or len(there) :]:
        shutil.rmtree(old)
        console.note(f"  removed {old}")


def _number(text: str | None) -> int | None:
    """Return how many backups are to stay; None where all do."""
    if text is None:
        return None
    if not text.isdigit() or not int(text):
        raise SettingsInvalid(f"--keep {text} is no number of backups", hint="name 1 or more")
    return int(text)


def _filled(target: Target) -> dict[str, str]:
    found = {key: name for key in target.settings.volumes if volumes.has_data(name := target.volume(key))}
    if not found:
        raise RecordMissing(f"the stack {target.stack} has no data here", hint="run: invoke deploy ENVIRONMENT")
    return found


def _take(plan: Plan) -> dict[str, Contents]:
    """Copy the volumes, and from the copy write the folder; nothing is left of what does not succeed."""
    product = plan.target.selection.product.product
    size = sum(volumes.require_room(plan.volumes.values(), plan.image).values())
    plan.folder.parent.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(plan.folder.parent).free) < size:
        what = f"{plan.folder} may need {console.size(size)}, there are {console.size(free)} free"
        raise ResourceMissing(what, hint="name another place: invoke backup --to FOLDER")
    # from here on something is written
    plan.folder.mkdir(mode=0o700)
    try:
        with console.part(f"copy {', '.join(plan.volumes.values())}") as part:
            labels = {"graft.product": product, "graft.checkout": plan.target.selection.checkout.mark}
            with snapshot.taken(plan.volumes, plan.image, labels) as (container, contents):
                part.update(says=f"write {plan.folder}")
                _write(plan, container, contents)
    except BaseException:
        shutil.rmtree(plan.folder)
        raise
    return contents


def _write(plan: Plan, container: str, contents: Mapping[str, Contents]) -> None:
    making = Making(plan.folder)
    for key, one in contents.items():
        making.text(backups.contents_of(key), one.model_dump_json(indent=1) + "\n")
        making.archive(key, engine.archived(container, f"{snapshot.TO}/{key}"))
    if plan.target.env_file.exists():
        making.text(backups.SETTINGS, plan.target.env_file.read_text())
    else:
        console.note(f"  there is no {plan.target.env_file}, so no settings and secrets are in the backup")
    making.finish(_about(plan))


def _about(plan: Plan) -> Backup:
    selection, last = plan.target.selection, plan.last
    return Backup(
        form=1,
        product=selection.product.product,
        environment=selection.environment.environment,
        stack=plan.target.stack,
        version=last.version if last else None,
        images={name: image.reference for name, image in last.images.items()} if last else {},
        taken=plan.now,
        by=f"{getpass.getuser()}@{socket.gethostname()}",
        volumes=tuple(plan.volumes),
        files={},
    )


if __name__ == "__main__":
    cli.main("backup", backup, __doc__, (TO, KEEP))
