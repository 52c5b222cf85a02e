"""Runs a product's program in a container: the old folder read-only, the volumes, and a place for its own copies.

The program is a Python package that needs nothing but Python. It is run as `python3 -m PACKAGE ACT`, where ACT is
`look`, `move` or `clear`, without network and with no more rights than to read every file and give it to its owner. The
environment says where things are: MIGRATION_OLD the folder, MIGRATION_FROM its path on the machine, MIGRATION_NEW a
folder with a mount for each volume, MIGRATION_SCRATCH a folder that is removed afterwards, MIGRATION_OWNER the user and
group. It leaves `answer.json` there, and in a volume either nothing, or its unfinished work, or everything.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import ValidationError

from scripts.lib import engine
from scripts.lib.deploy import holder
from scripts.lib.deploy.target import Target
from scripts.lib.errors import CommandFailed, SettingsInvalid
from scripts.lib.migration.answer import Answer
from scripts.lib.secret import Secret, redact
from scripts.lib.settings.migration import MigrationSettings, ServiceVariable

Act = Literal["look", "move", "clear"]
OLD, NEW, SCRATCH, PROGRAM = "/old", "/new", "/scratch", "/program"
SECONDS = 12 * 3600.0
RIGHTS = ("CHOWN", "DAC_OVERRIDE", "FOWNER")
TAIL = 15
"""Lines of its output that are shown where it fails."""
_RUN = {"graft.run": "migration"}


class Program:
    """A product's program with everything that it is given."""

    def __init__(self, target: Target, settings: MigrationSettings, source: Path, image: str) -> None:
        self._target, self._settings, self._source, self._image = target, settings, source, image
        self._folder = target.selection.checkout.customizations / settings.program
        if not (self._folder / "__main__.py").is_file():
            hint = "correct migration.program of product.yaml"
            raise SettingsInvalid(f"{self._folder / '__main__.py'}: there is no such file", hint=hint)

    def run(self, act: Act, volumes: Mapping[str, str], *, read_only: bool) -> Answer:
        """Run an act on these volumes (compose's name -> the engine's); raises CommandFailed where it breaks."""
        with self._scratch() as scratch:
            container = engine.create(self._container(act, volumes, scratch, read_only=read_only))
            try:
                code = engine.finish(container, SECONDS)
                answer = engine.get_file(container, f"{SCRATCH}/answer.json")
                if code or answer is None:
                    raise self._broken(act, engine.logs(container), code)
                return Answer.model_validate_json(answer)
            except ValidationError as error:
                first = error.errors()[0]
                said = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
                what = f"{self._folder} answered {act} in a wrong form: {said}"
                raise CommandFailed(what, hint=f"correct {self._folder.name}") from None
            finally:
                engine.remove(container)

    def read(self, paths: tuple[str, ...]) -> dict[str, bytes]:
        """Return the files that there are of these paths below the old folder; nothing is started for it."""
        container = engine.create(
            engine.Container(image=self._image, labels=self._labels(), command=("-",), folders={self._source: OLD})
        )
        try:
            found = {path: engine.get_file(container, f"{OLD}/{path}") for path in paths}
        finally:
            engine.remove(container)
        return {path: data for path, data in found.items() if data is not None}

    @contextmanager
    def _scratch(self) -> Iterator[str]:
        """Give a volume for the time of one run; those that dead processes left are removed first."""
        remove_left()
        volume = engine.create_volume(self._labels())
        try:
            yield volume
        finally:
            engine.remove_volume(volume)

    def _labels(self) -> dict[str, str]:
        place = self._target.selection.checkout
        return _RUN | {"graft.product": place.product, "graft.checkout": place.mark} | holder.labels("migrate")

    def _container(self, act: Act, volumes: Mapping[str, str], scratch: str, *, read_only: bool) -> engine.Container:
        mounts = {name: f"{NEW}/{key}" for key, name in volumes.items()}
        package = self._folder.name
        return engine.Container(
            image=self._image,
            labels=self._labels(),
            entrypoint=("python3",),
            command=("-m", package, act),
            environment=self._environment(),
            network="none",
            user="0:0",
            tmpfs=("/tmp", NEW) if not volumes else ("/tmp",),  # noqa: S108  of the container
            read_only=True,
            drop_capabilities=True,
            capabilities=RIGHTS,
            folders={self._source: OLD, self._folder: f"{PROGRAM}/{package}"},
            volumes={scratch: SCRATCH} | ({} if read_only else mounts),
            read_only_volumes=mounts if read_only else {},
        )

    def _environment(self) -> dict[str, str | Secret]:
        file = self._target.read_env()
        known = self._target.environment(file, {})
        given = {name: self._setting(name, told, known) for name, told in self._settings.settings.items()}
        places = {"OLD": OLD, "NEW": NEW, "SCRATCH": SCRATCH, "FROM": str(self._source), "OWNER": self._settings.owner}
        own = {f"MIGRATION_{name}": value for name, value in places.items()}
        own |= {"PYTHONPATH": PROGRAM, "PYTHONDONTWRITEBYTECODE": "1"}
        return {**{name: value for name, value in given.items() if value is not None}, **own}

    def _setting(
        self, name: str, told: ServiceVariable | str | None, known: Mapping[str, str | Secret]
    ) -> str | Secret | None:
        """Return a setting of the new stack, None where it has none."""
        if not isinstance(told, ServiceVariable):
            return known.get(name) or told
        service = self._target.resolved.services.get(told.service)
        if service is None:
            what = f"migration.settings.{name}: the compose files have no service {told.service}"
            raise SettingsInvalid(what, hint="correct migration of product.yaml")
        return (service.get("environment") or {}).get(told.variable or name) or told.usual

    def _broken(self, act: Act, said: str, code: int) -> CommandFailed:
        log = self._target.selection.checkout.log(f"migrate-{act}")
        text = redact(said, self._target.secrets())
        log.write_text(text)
        lines = [f"  {line}" for line in text.splitlines()[-TAIL:]]
        what = f"{PurePosixPath(self._settings.program)} {act} ended with exit code {code}"
        return CommandFailed([what, *lines], hint=f"its full output is {log}")


def remove_left() -> None:
    """Remove the containers and scratch volumes of runs whose processes have ended."""
    holder.remove_left(_RUN)
    for volume in engine.labelled("volume", _RUN):
        labels = engine.volume_labels(volume)
        if labels and holder.has_ended(labels):
            engine.remove_volume(volume)
