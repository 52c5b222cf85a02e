"""A migration: look, plan, act, look again. Until everything was verified no application could see any of it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scripts.lib import console, engine, records
from scripts.lib.cli import Done
from scripts.lib.deploy import deployments, env_file, volumes
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.deployments import Store
from scripts.lib.deploy.entry import bring
from scripts.lib.deploy.run import by
from scripts.lib.deploy.target import Target
from scripts.lib.errors import CommandFailed, RecordMissing, SettingsInvalid
from scripts.lib.migration import plan, secrets, store, tell, users
from scripts.lib.migration.answer import Answer, Migration
from scripts.lib.migration.program import Program
from scripts.lib.migration.secrets import Found
from scripts.lib.settings.migration import MigrationSettings
from scripts.lib.settings.selection import Selection


@dataclass(frozen=True)
class Run:
    """One run of a migration and what it goes by."""

    target: Target
    settings: MigrationSettings
    source: Path
    program: Program

    @property
    def volumes(self) -> dict[str, str]:
        """Compose's name of each volume that is filled -> the engine's."""
        return {key: self.target.volume(key) for key in self.settings.volumes}

    @property
    def there(self) -> dict[str, str]:
        """Those that the engine has."""
        return {key: name for key, name in self.volumes.items() if engine.volume_labels(name) is not None}


def migrate(selection: Selection, source: str, *, dry_run: bool) -> Done:
    """Move the data of the old stack at `source` into the environment's volumes, or tell what would be done."""
    run = _run(selection, source)
    if dry_run:
        with deployments.looked_at(run.target.stack) as looked_at:
            return _tell(run, looked_at)
    with deployments.lock(selection.product.product, run.target.stack, "migrate") as kept:
        return _migrate(run, kept)


def _tell(run: Run, looked_at: Store | None) -> Done:
    answer, found, what = _look(run, looked_at)
    if what == "up to date":
        return _up_to_date(run, answer)
    tell.answer(answer, run.volumes)
    _tell_secrets(run, found)
    return Done(f"{_summary(run, answer)} would be moved; nothing was changed", hint="run it without --dry-run")


def _migrate(run: Run, kept: Store) -> Done:
    answer, found, what = _look(run, kept)
    if what == "up to date":
        return _settle(run, answer)
    record = Migration(
        product=run.target.selection.product.product,
        environment=run.target.selection.environment.environment,
        stack=run.target.stack,
        source=str(run.source),
        by=by(),
        began=datetime.now(UTC),
        seconds=0,
        outcome="begun",
        carried={name: name in found.values for name in run.settings.secrets},
        answer=answer,
    )
    clock = time.monotonic()
    # from here on things change
    store.keep(kept, record)
    done = _move(run, kept, record)
    tell.answer(done, run.volumes)
    _tell_secrets(run, found)
    _write_settings(run, done.settings | {name: value.reveal() for name, value in found.values.items()})
    seconds = round(time.monotonic() - clock, 3)
    _keep(run, kept, record.model_copy(update={"outcome": "done", "answer": done, "seconds": seconds}))
    run.program.run("clear", run.volumes, read_only=False)
    return Done(f"{_summary(run, done)} moved and verified; {run.source} is as it was", hint=_next(run))


def _run(selection: Selection, source: str) -> Run:
    """Gather what is needed; raises a failure where it is not there."""
    target, settings = targets.of(selection), selection.product.migration
    folder = Path(source).expanduser().resolve()
    if settings is None:
        path = selection.checkout.customizations / "product.yaml"
        raise SettingsInvalid(
            f"{path}: migration is missing, so nothing says what is moved", hint="add migration to it"
        )
    problems = [] if folder.is_dir() else [f"--from {source}: there is no such folder"]
    problems += [] if target.env_file.exists() else [f"there is no {target.env_file}, into whose stack it is to go"]
    if problems:
        old = f"{folder}/{settings.env_files[0]}" if settings.env_files else "OLD.env"
        name = selection.environment.environment
        raise SettingsInvalid(problems, hint=f"run: ENVIRONMENT={name} invoke env --init --from {old}")
    return Run(target, settings, folder, Program(target, settings, folder, _image(target)))


def _image(target: Target) -> str:
    """Return the front image: the released or the built one that is here, else the released one from its registry."""
    checkout, front = target.selection.checkout, target.settings.front
    release = records.find(checkout, records.Release, target.selection.environment.environment)
    built = records.find(checkout, records.Image)
    known = [record.images[front] for record in (release, built) if record and front in record.images]
    for one in known:
        if held := engine.held(one.image_id, one.reference):
            return held
    if release is None:
        raise RecordMissing(f"no image {front}, in which the data are moved, is here", hint="run: invoke build")
    bring(target.selection, target.images(release)[front])
    return release.images[front].reference


def _look(run: Run, looked_at: Store | None) -> tuple[Answer, Found, str]:
    """Look at everything and decide; raises SettingsInvalid with all that stands in the way, and nothing is changed."""
    containers = users.of(run.source, engine.every_made())
    with console.part(f"look at {run.source}"):
        answer = run.program.run("look", run.there, read_only=True)
    found = secrets.find(run.settings.secrets, run.program, containers, run.target.settings.published)
    seen = plan.Seen(
        source=str(run.source),
        stack=run.target.stack,
        last=store.last(looked_at),
        old_runs=(*users.running(run.source, containers), *users.programs(run.source)),
        new_runs=[f"{one} runs on {name}" for name in run.there.values() for one in volumes.running_users(name)],
        secrets=found.problems,
        volumes=run.volumes,
        answer=answer,
    )
    return answer, found, plan.decide(seen)


def _move(run: Run, kept: Store, record: Migration) -> Answer:
    """Make the volumes and fill them; raises CommandFailed where what was moved is not right, and then nothing was."""
    for key, name in run.volumes.items():
        engine.create_volume(run.target.volume_labels(key), name)
    with console.part(f"move {run.source} to {run.target.stack}"):
        done = run.program.run("move", run.volumes, read_only=False)
    if done.problems:
        store.keep(kept, record.model_copy(update={"outcome": "failed"}))
        raise CommandFailed(done.problems, hint="nothing was moved; the volumes are empty as before")
    return done


def _settle(run: Run, answer: Answer) -> Done:
    """Do what a run that was broken off at its very end has left to do; nothing usually."""
    wrote = _write_settings(run, answer.settings)
    if answer.left != "nothing":
        run.program.run("clear", run.there, read_only=False)
    done = _up_to_date(run, answer)
    return Done(f"{done.says}; put {', '.join(wrote)} into {run.target.env_file}", hint=done.hint) if wrote else done


def _up_to_date(run: Run, answer: Answer) -> Done:
    return Done(f"{_summary(run, answer)} is moved, up to date", up_to_date=True, hint=_next(run))


def _write_settings(run: Run, wanted: Mapping[str, str]) -> list[str]:
    """Put these settings into the environment's file; returns the names of those that were others there."""
    values, path = run.target.read_env().values, run.target.env_file
    changed = [name for name, value in wanted.items() if values.get(name) != value]
    text = path.read_text()
    for name in changed:
        text = env_file.settle(text, name, wanted[name])
    if changed:
        env_file.write(path, text)
    return changed


def _keep(run: Run, kept: Store, record: Migration) -> None:
    """Leave the record with the target, and a copy of it in out/."""
    store.keep(kept, record)
    path = run.target.selection.checkout.out / f"migration.{record.environment}.json"
    path.write_text(record.model_dump_json(indent=2) + "\n")
    console.note(f"  every file with its sha256 stands in {path}")


def _tell_secrets(run: Run, found: Found) -> None:
    for name in found.values:
        console.note(f"  the old {name} goes on, in {run.target.env_file}")
    for note in found.notes:
        console.note(f"  {note}")


def _summary(run: Run, answer: Answer) -> str:
    files, size = (sum(getattr(one, what) for one in answer.amounts.values()) for what in ("files", "bytes"))
    return f"{run.source}, version {answer.version}: {files} files, {console.size(size)} to {run.target.stack}"


def _next(run: Run) -> str:
    name = run.target.selection.environment.environment
    return f"ENVIRONMENT={name} invoke env --check, then: invoke deploy {name}"
