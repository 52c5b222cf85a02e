"""Put a backup back into a stack that does not run: its volumes and, where there are none, its settings.

First every file of the backup is looked at: it must be as it was written. The volumes must be empty; with --replace
each is first copied to one beside it (STACK-KEY-before-restore-TIME), and so is a file of settings that has other
secrets. Afterwards every file, owner, mode and row is compared with the backup's list; until then a deploy refuses.
What is to run on the data, the same release or the one before, is started by `invoke deploy`.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scripts.lib import cli, console, engine
from scripts.lib.cli import Done, Option
from scripts.lib.deploy import backups, deployments, env_file, front, restoring, volumes
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.backups import Backup
from scripts.lib.deploy.target import Target
from scripts.lib.errors import ResourceMissing, SettingsInvalid
from scripts.lib.migration import store as migrations
from scripts.lib.settings.selection import Selection

BACKUP = Option("--backup", "the folder that `invoke backup` made", "FOLDER")
REPLACE = Option("--replace", "let it take the place of what is there, which is copied first")


@dataclass(frozen=True)
class Plan:
    """What is to be done, after everything was looked at."""

    target: Target
    folder: Path
    backup: Backup
    volumes: Mapping[str, str]
    """Compose's name -> the engine's, of all that the stack has or the backup brings."""
    aside: Mapping[str, str]
    """Those among them that hold data which are to be kept."""
    settings: str | None
    """What is to be written as the environment's settings; None where they stay."""
    now: datetime


def restore(selection: Selection, given: argparse.Namespace) -> Done:
    """Restore a backup into the environment's stack."""
    target = targets.of(selection)
    if given.backup is None:
        raise SettingsInvalid("no backup is named", hint="run: invoke restore FOLDER")
    folder = Path(given.backup).resolve()
    found = backups.read(folder)
    with deployments.lock(selection.product.product, target.stack, "restore") as store:
        plan = _plan(target, folder, found, replace=given.replace)
        image = front.image(target)
        labels = {"graft.product": selection.product.product}
        # from here on things change
        restoring.set_aside(plan.aside, labels, image, plan.now)
        with restoring.marked(target.stack, selection.product.product, folder):
            restoring.fill(target, folder, found, plan.volumes, image)
            _write_settings(plan)
            migrations.give_up(store)
    when = f"{found.taken:%Y-%m-%d %H:%M} UTC"
    says = f"{target.stack} has the data of {found.stack} {found.version or ''} of {when}".replace("  ", " ")
    return Done(says, hint=f"run: invoke deploy {selection.environment.environment}")


def _plan(target: Target, folder: Path, backup: Backup, *, replace: bool) -> Plan:
    """Look at everything and decide; raises SettingsInvalid with all that stands in the way."""
    own = {key: target.volume(key) for key in target.settings.volumes}
    _require_fits(backup, folder, target.selection.product.product, own)
    there = {key: volume for key, volume in own.items() if engine.volume_labels(volume) is not None}
    # What half of a backup is in the volumes is nothing to keep: what was there before it is beside them already.
    filled = {} if restoring.half(target.stack) else {k: v for k, v in there.items() if volumes.has_data(v)}
    settings, differ = _settings(target, folder, backup)
    over = [f"{volume} holds data already" for volume in filled.values()]
    over += [f"{target.env_file}: {name} is not the backup's, to whose data it belongs" for name in differ]
    if over and not replace:
        raise SettingsInvalid(over, hint="use another stack, or --replace, which keeps a copy of what is there")
    _require_unused(own)
    wanted = there | {key: own[key] for key in backup.volumes}
    return Plan(target, folder, backup, wanted, filled, settings, datetime.now(UTC))


def _require_fits(backup: Backup, folder: Path, product: str, own: Mapping[str, str]) -> None:
    problems = [f"{folder} has a volume {key}, this product has none" for key in backup.volumes if key not in own]
    if backup.product != product:
        problems.append(f"{folder} is a backup of {backup.product}, this is {product}")
    if problems:
        raise SettingsInvalid(problems, hint="name a backup of this product, or choose another by PRODUCT")


def _require_unused(own: Mapping[str, str]) -> None:
    using = sorted({name for volume in own.values() for name in volumes.running_users(volume)})
    if using:
        raise ResourceMissing(f"{', '.join(using)} runs on the data", hint="run: invoke stop")


def _settings(target: Target, folder: Path, backup: Backup) -> tuple[str | None, list[str]]:
    """Return what is to be written as settings, and which secrets there are others in the present file."""
    if backups.SETTINGS not in backup.files:
        return None, []
    text = (folder / backups.SETTINGS).read_text()
    if not target.env_file.exists():
        return text, []
    now, then = target.read_env().values, env_file.parse(text).values
    secret = [name for name, known in target.settings.variables.items() if known.secret]
    differ = [name for name in secret if name in then and now.get(name) != then[name]]
    return (text if differ else None), differ


def _write_settings(plan: Plan) -> None:
    path = plan.target.env_file
    if plan.settings is None:
        return
    if path.exists():
        kept = path.with_name(f"{path.stem}-before-restore-{plan.now:%Y%m%dT%H%M%SZ}{path.suffix}")
        env_file.write(kept, path.read_text())
        console.note(f"  the settings as they were are in {kept}")
    path.parent.mkdir(parents=True, exist_ok=True)
    env_file.write(path, plan.settings)
    console.note(f"  {path} is that of the backup")


if __name__ == "__main__":
    cli.main("restore", restore, __doc__, (BACKUP, REPLACE))
