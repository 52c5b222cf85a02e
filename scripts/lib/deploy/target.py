"""Where a product runs for good: its stack's names, files and addresses, and what compose is given for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from scripts.lib import loopback, records, shell
from scripts.lib.commands import compose
from scripts.lib.commands.compose import Stack
from scripts.lib.deploy import compose_file, env_file, resolved
from scripts.lib.deploy.compose_file import ComposeFiles
from scripts.lib.deploy.deployments import DeployedImage
from scripts.lib.deploy.env_file import EnvFile
from scripts.lib.deploy.resolved import Resolved
from scripts.lib.errors import SettingsInvalid
from scripts.lib.records import Image, Release, Source
from scripts.lib.secret import Secret
from scripts.lib.settings.deploy import DeploySettings, image_variable
from scripts.lib.settings.selection import Selection, variable

ANY = "any"
"""Stands for a value that does not matter where compose only reads its files."""
NO_FILE = Path("/dev/null")
STDIN = Path("-")


@dataclass(frozen=True)
class Target:
    """One product in one environment, on this machine's engine."""

    selection: Selection
    settings: DeploySettings
    compose: ComposeFiles
    runs: tuple[str, ...]
    """The images that run here: those of what was built, which may be fewer than the product has."""
    env: EnvFile | None = field(default=None, repr=False)
    """Its settings and secrets, where they stand in no file."""
    overlay: bytes | None = None
    """A further compose file, which lies nowhere."""

    @property
    def stack(self) -> str:
        """Name of the compose project."""
        return self.selection.environment.deploy.stack.replace("{product}", self.selection.product.product)

    @property
    def port(self) -> int:
        own = self.selection.environment.deploy
        return own.port or self.settings.port + own.port_offset

    @property
    def health(self) -> str | None:
        """Address that answers when the product is well: on this machine where its port is published, else users'.

        None where no port is published and nothing says where users reach it.
        """
        here = any(one.port == self.port for one in self.resolved.published)
        base = f"http://{loopback.ADDRESS}:{self.port}" if here else self.selection.environment.deploy.url
        path = self.selection.product.images[self.settings.front].stand.health
        return base.rstrip("/") + path if base else None

    @cached_property
    def resolved(self) -> Resolved:
        """What compose makes of the files; raises CommandFailed where it cannot read them. Asked once."""
        environment = self.environment(self.read_env(), {})
        known = {name: ANY if isinstance(value, Secret) else value for name, value in environment.items()}
        known |= {name: ANY for name in self.compose.required if not known.get(name)}
        argv = compose.without(self.strangers(known), compose.config(self.command))
        done = shell.run(argv, env=known, stdin=self.overlay, hint="correct the compose files")
        return resolved.read(done.output)

    @property
    def url(self) -> str:
        """Where users reach it."""
        return self.selection.environment.deploy.url or f"http://{loopback.ADDRESS}:{self.port}"

    @cached_property
    def variables(self) -> frozenset[str]:
        """Every variable that some release's compose files pass on: of images that this one does not have, too.

        One file of settings serves them all.
        """
        lacking = [file for name, file in self.settings.compose_of.items() if name not in self.runs]
        others = compose_file.read(self.selection.checkout.compose, dict.fromkeys(lacking))
        return self.compose.variables | others.variables

    @property
    def start_seconds(self) -> int:
        """Deadline from start to healthy; as one may wait for another, that of all images together."""
        images = self.selection.product.images
        own = self.selection.environment.deploy.start_seconds
        return own or sum(images[name].stand.start_seconds for name in self.runs)

    @property
    def stop_seconds(self) -> int:
        """What all images together may take to end."""
        return sum(self.selection.product.images[name].stand.stop_seconds for name in self.runs)

    @property
    def env_file(self) -> Path:
        """The environment's settings and secrets."""
        return env_path(self.selection)

    @property
    def template(self) -> str:
        """The text that explains every variable."""
        path = self.selection.checkout.compose / self.settings.template
        try:
            return path.read_text()
        except FileNotFoundError:
            raise SettingsInvalid(f"{path}: there is no such file", hint="correct deploy.template") from None

    @property
    def command(self) -> Stack:
        files = [*self.compose.paths, *([STDIN] if self.overlay else [])]
        return Stack(self.stack, files, NO_FILE if self.env else self.env_file)

    def read_env(self) -> EnvFile:
        """Read the environment's file; raises SettingsInvalid where there is none."""
        if self.env:
            return self.env
        try:
            return env_file.parse(self.env_file.read_text())
        except FileNotFoundError:
            hint = f"run: ENVIRONMENT={self.selection.environment.environment} invoke env --init"
            raise SettingsInvalid(f"there is no {self.env_file}", hint=hint) from None

    def inside(self, service: str) -> int | None:
        """Return the port at which a service's container listens: the one that it publishes or exposes, else its own.

        None where that is not known.
        """
        images = self.selection.product.images
        own = next((images[name].stand.port for name in self.runs if service in self.services_of(name)), None)
        found = self.resolved.listening(service)
        return own if own in found or len(found) != 1 else found[0]

    def published(self, service: str, inside: int | None = None) -> int | None:
        """Return the port of this machine's loopback interface at which a service answers, None where at none.

        `inside` is its port in the container, where it has several.
        """
        wanted = (service, inside or self.inside(service))
        found = (one for one in self.resolved.published if (one.service, one.inside) == wanted)
        return next((one.port for one in found if loopback.answers_for(one.host)), None)

    def volumes(self) -> list[str]:
        """The engine's names of the volumes that hold data."""
        return [self.volume(name) for name in self.settings.volumes]

    def volume(self, name: str) -> str:
        """The engine's name of a volume that compose calls `name`."""
        return f"{self.stack}-{name}"

    def volume_labels(self, name: str) -> dict[str, str]:
        """Labels by which compose takes a volume that was made before it for its own."""
        ours = {"graft.product": self.selection.product.product}
        return ours | {"com.docker.compose.project": self.stack, "com.docker.compose.volume": name}

    def images(self, release: Release) -> dict[str, DeployedImage]:
        """Return what is started of a release."""
        return {
            name: DeployedImage(reference=image.reference, image_id=image.image_id)
            for name, image in release.images.items()
        }

    def wanted(self, images: Mapping[str, DeployedImage]) -> dict[str, str]:
        """Return the image ID that each service must run."""
        return {service: image.image_id for name, image in images.items() for service in self.services_of(name)}

    def services_of(self, image: str) -> list[str]:
        """Return the services that are started of an image."""
        return self.compose.services_of(image_variable(image))

    def service_of(self, image: str) -> str:
        """Return the service whose container is looked at for an image; raises SettingsInvalid where none is meant."""
        named, found = self.selection.product.images[image].stand.service, self.services_of(image)
        if named in found or (named is None and len(found) == 1):
            return named or found[0]
        raise SettingsInvalid(
            f"images.{image}.stand.service: {named or 'is missing'}; services of that image: {', '.join(found)}",
            hint="name one of them in product.yaml",
        )

    def given(self, images: Mapping[str, DeployedImage]) -> dict[str, str]:
        """Return the variables that the deploy itself gives to compose."""
        limits = self.selection.environment.limits
        own = {"STACK": self.stack, "PORT": str(self.port), "LIMIT_MEMORY": limits.memory}
        own |= {"LIMIT_CPUS": str(limits.cpus), "LIMIT_PIDS": str(limits.pids)}
        if self.compose.configs:
            own["CONFIGS"] = records.digest_of(self.compose.configs)
        return own | {image_variable(name): image.reference for name, image in images.items()}

    def environment(self, file: EnvFile, images: Mapping[str, DeployedImage]) -> dict[str, str | Secret]:
        """Return compose's whole environment: the file's values, secrets as such, and what the deploy gives."""
        known = self.settings.variables
        return {
            **{name: Secret(v) if name in known and known[name].secret else v for name, v in file.values.items()},
            **self.given(images),
        }

    def secrets(self) -> tuple[Secret, ...]:
        """Return the file's secrets, to take them out of what is shown; none where there is no file."""
        if not self.env and not self.env_file.exists():
            return ()
        return tuple(v for v in self.environment(self.read_env(), {}).values() if isinstance(v, Secret))

    def strangers(self, environment: Mapping[str, str | Secret]) -> list[str]:
        """Return the variables of this process that compose would take for settings of the file."""
        known = self.compose.variables | {"COMPOSE_PROFILES"}
        return sorted(name for name in known - environment.keys() if variable(name) is not None)

    def inputs(self, release: Release) -> str:
        """Return the identity of everything that decides what runs."""
        return records.digest_of(
            records.identity(release),
            *(f"{name}={value}" for name, value in sorted(self.read_env().values.items())),
            self.compose.text,
            *(f"{name}={value}" for name, value in sorted(self.given(self.images(release)).items())),
        )


def env_path(selection: Selection) -> Path:
    """Return where an environment's settings and secrets lie, or would."""
    place, environment = selection.checkout, selection.environment
    return place.root / (environment.deploy.env_file or place.compose / f"{environment.environment}.env")


def of(selection: Selection) -> Target:
    """Return where a selection runs; raises SettingsInvalid where its product does not say so."""
    settings, runs = settings_of(selection), _present(selection)
    here = settings.compose_in.get(selection.environment.environment, ())
    return made(selection, runs, [*files(settings, runs), *here])


def files(settings: DeploySettings, runs: Iterable[str]) -> list[str]:
    """Return the names of the compose files for these images."""
    return [*settings.compose, *dict.fromkeys(file for name, file in settings.compose_of.items() if name in runs)]


def made(selection: Selection, runs: Sequence[str], files: Sequence[str], env: EnvFile | None = None) -> Target:
    """Return the target of these images and compose files; raises SettingsInvalid where one starts no service."""
    found = compose_file.read(selection.checkout.compose, files)
    unused = [name for name in runs if not found.services_of(image_variable(name))]
    if unused:
        raise SettingsInvalid(
            [f"{found.paths[0]}: no service has the image ${{{image_variable(name)}}}" for name in unused],
            hint=f"correct {found.paths[0].name}",
        )
    return Target(selection, settings_of(selection), found, tuple(runs), env)


def settings_of(selection: Selection) -> DeploySettings:
    """Return how a product runs; raises SettingsInvalid where it does not say so."""
    if selection.product.deploy is None:
        raise SettingsInvalid(
            f"{selection.checkout.customizations / 'product.yaml'}: deploy is missing, so nothing says how it runs",
            hint="add deploy to product.yaml, and compose files",
        )
    return selection.product.deploy


def _present(selection: Selection) -> list[str]:
    """Return the images that run: those of the environment's release, else those that were built, else of the version.

    Where nothing is known of a version, all.
    """
    checkout, product = selection.checkout, selection.product
    found = records.find(checkout, Release, selection.environment.environment) or records.find(checkout, Image)
    source = records.find(checkout, Source)
    there = found.images if found else product.images_of(source.version) if source else product.images
    return [name for name in product.images if name in there]
