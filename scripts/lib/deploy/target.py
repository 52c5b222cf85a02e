"""Where a product runs for good: its stack's names, files and addresses, and what compose is given for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.lib import loopback, records
from scripts.lib.commands.compose import Stack
from scripts.lib.deploy import compose_file, env_file, stack
from scripts.lib.deploy.compose_file import ComposeFiles
from scripts.lib.deploy.deployments import DeployedImage
from scripts.lib.deploy.env_file import EnvFile
from scripts.lib.errors import SettingsInvalid
from scripts.lib.records import Release
from scripts.lib.secret import Secret
from scripts.lib.settings.deploy import DeploySettings, image_variable
from scripts.lib.settings.selection import Selection, variable


@dataclass(frozen=True)
class Target:
    """One product in one environment, on this machine's engine."""

    selection: Selection
    settings: DeploySettings
    compose: ComposeFiles

    @property
    def stack(self) -> str:
        """Name of the compose project."""
        return self.selection.environment.deploy.stack.replace("{product}", self.selection.product.product)

    @property
    def port(self) -> int:
        own = self.selection.environment.deploy
        return own.port or self.settings.port + own.port_offset

    @property
    def health(self) -> str:
        """Address on this machine that answers when the product is well."""
        return f"http://{loopback.ADDRESS}:{self.port}{self.selection.product.images[self.settings.front].stand.health}"

    @property
    def url(self) -> str:
        """Where users reach it."""
        return self.selection.environment.deploy.url or f"http://{loopback.ADDRESS}:{self.port}"

    @property
    def start_seconds(self) -> int:
        own = self.selection.environment.deploy.start_seconds
        return own or self.selection.product.images[self.settings.front].stand.start_seconds

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
        return Stack(self.stack, self.compose.paths, self.env_file)

    def read_env(self) -> EnvFile:
        """Read the environment's file; raises SettingsInvalid where there is none."""
        try:
            return env_file.parse(self.env_file.read_text())
        except FileNotFoundError:
            hint = f"run: ENVIRONMENT={self.selection.environment.environment} invoke env --init"
            raise SettingsInvalid(f"there is no {self.env_file}", hint=hint) from None

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
        return {
            service: image.image_id
            for name, image in images.items()
            for service in self.compose.services_of(image_variable(name))
        }

    def given(self, images: Mapping[str, DeployedImage]) -> dict[str, str]:
        """Return the variables that the deploy itself gives to compose."""
        limits = self.selection.environment.limits
        own = {"STACK": self.stack, "PORT": str(self.port), "LIMIT_MEMORY": limits.memory}
        own |= {"LIMIT_CPUS": str(limits.cpus), "LIMIT_PIDS": str(limits.pids)}
        return own | {image_variable(name): image.reference for name, image in images.items()}

    def environment(self, file: EnvFile, images: Mapping[str, DeployedImage]) -> dict[str, str | Secret]:
        """Return compose's whole environment: the file's values, secrets as such, and what the deploy gives."""
        known = self.settings.variables
        return {
            **{name: Secret(v) if name in known and known[name].secret else v for name, v in file.values.items()},
            **self.given(images),
        }

    def await_healthy(self, restarts: Mapping[str, int]) -> float:
        """Wait until the stack is healthy; returns the seconds that took, raises CommandFailed at the deadline.

        `restarts`: container -> how often it had been started again before.
        """
        front = set(self.compose.services_of(image_variable(self.settings.front)))
        return stack.await_healthy(
            self.stack, self.health, self.start_seconds, front=front, restarts=restarts, secrets=self.secrets()
        )

    def secrets(self) -> tuple[Secret, ...]:
        """Return the file's secrets, to take them out of what is shown; none where there is no file."""
        if not self.env_file.exists():
            return ()
        return tuple(v for v in self.environment(self.read_env(), {}).values() if isinstance(v, Secret))

    def strangers(self, environment: Mapping[str, str | Secret]) -> list[str]:
        """Return the variables of this process that compose would take for settings of the file."""
        return sorted(name for name in self.compose.variables - environment.keys() if variable(name) is not None)

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
    settings = selection.product.deploy
    if settings is None:
        raise SettingsInvalid(
            f"{selection.checkout.customizations / 'product.yaml'}: deploy is missing, so nothing says how it runs",
            hint="add deploy to product.yaml, and compose files",
        )
    files = compose_file.read(selection.checkout.compose, settings.compose)
    always = [name for name, image in selection.product.images.items() if image.versions is None]
    unused = [name for name in always if not files.services_of(image_variable(name))]
    if unused:
        raise SettingsInvalid(
            [f"{files.paths[0]}: no service has the image ${{{image_variable(name)}}}" for name in unused],
            hint=f"correct {files.paths[0].name}",
        )
    return Target(selection, settings, files)
