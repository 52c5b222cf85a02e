"""How the data of an older stack, which wrote into folders of the machine, come into the volumes of a product."""

from typing import Annotated

from pydantic import Field, model_validator

from scripts.lib.settings.base import Frozen, RelativePath, Slug
from scripts.lib.settings.deploy import DeploySettings, VariableName

FilePath = Annotated[RelativePath, Field(pattern=r"[^/]$")]


class CarriedSecret(Frozen):
    """A secret of the older stack that the new one goes on with, so that what it signed stays valid."""

    files: tuple[FilePath, ...] = ()
    """Below the old folder, each of one line; the environment of the old containers is asked too."""
    without: str = Field(min_length=10)
    """What people notice where it is not carried over."""


class ServiceVariable(Frozen):
    """What a service's containers get as a variable, whichever compose file says so."""

    service: Slug
    variable: VariableName | None = None
    """Its name there; that under which the program knows it where left out."""
    usual: str | None = None
    """What holds where compose gives it no value."""


class MigrationSettings(Frozen):
    """`migration` of product.yaml."""

    program: RelativePath = "migration"
    """Python package in the product's folder that looks and moves; runs in the product's front image."""
    volumes: tuple[Slug, ...] = Field(min_length=1)
    """Compose's names of the volumes that it fills."""
    owner: str = Field(pattern=r"^[0-9]+:[0-9]+$")
    """User and group that own everything afterwards, as the images run."""
    settings: dict[VariableName, ServiceVariable | str | None] = Field(default_factory=dict)
    """What the program is given of the new stack: what a service gets, or a variable of the environment's file, with
    what holds where the file does not set it. Secrets come from the file."""
    env_files: tuple[FilePath, ...] = ()
    """The old stack's own files of settings, below its folder: of which `env --init --from` makes ours."""
    secrets: dict[VariableName, CarriedSecret] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_are_free(self) -> "MigrationSettings":
        taken = [name for name in self.settings if name.startswith(("MIGRATION_", "PYTHON", "PATH"))]
        if taken:
            raise ValueError("; ".join(f"settings.{name}: the program is given another value of it" for name in taken))
        return self

    def misfits(self, deploy: DeploySettings | None) -> list[str]:
        """Return what does not fit to how the product runs."""
        if deploy is None:
            return ["migration: needs deploy, whose volumes it fills"]
        return [
            *(
                f"migration.volumes: {name!r} is none of deploy.volumes"
                for name in set(self.volumes) - {*deploy.volumes}
            ),
            *(
                f"migration.secrets.{name}: is none of deploy.variables"
                for name in set(self.secrets) - {*deploy.variables}
            ),
        ]
