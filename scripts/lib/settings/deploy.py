"""How a product runs for good: its compose files, its variables, and what its volumes keep; and where it runs."""

import re
from typing import Annotated

from pydantic import Field, model_validator

from scripts.lib.settings.base import Frozen, RelativePath, Slug

VariableName = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")]


class Variable(Frozen):
    """What is known of one variable of the template."""

    required: bool = False
    when: VariableName | None = None
    """Required where this other variable is true."""
    boolean: bool = False
    """`true` or `false`, in any case; the application takes nothing else."""
    secret: bool = False
    """Never shown."""
    generated: int | None = Field(None, ge=16)
    """Made by `env --init`: a random text of so many characters."""
    at_least: int | None = Field(None, ge=1)
    """Fewest characters."""
    stored: str | None = None
    """Key under which the application keeps the value at its first start; after that only its own panel changes it."""
    yields_to: VariableName | None = None
    """A variable for the same thing that wins where both are set."""
    adopted_from: str | None = Field(None, pattern=r"^/")
    """File of an older deployment's container that holds the value, where its environment does not."""


class VolumeProgram(Frozen):
    """How to see what lies in a volume: a program, run in an image of the product, that prints one JSON object."""

    program: RelativePath
    """In the product's compose folder; its text follows the command."""
    command: tuple[str, ...] = ("python3", "-c")
    arguments: tuple[str, ...] = ()
    """Follow the program."""
    volume: Slug
    """Compose's name of the volume; mounted read-only."""
    at: str = Field(pattern=r"^/")


class StoredSettings(VolumeProgram):
    """What the application's own database says: key to value."""

    overruled_by: VariableName | None = None
    """A variable that, where false, lets the environment win at every start."""


class DeploySettings(Frozen):
    """`deploy` of product.yaml."""

    compose: tuple[RelativePath, ...] = Field(("compose.yaml",), min_length=1)
    """Compose files in the product's compose folder, each adding to those before it."""
    template: RelativePath = "env.template"
    front: Slug
    """The image that users reach; its proofs are looked at on the live address."""
    port: int = Field(3000, ge=1, le=65535)
    """On this machine's loopback interface, where an environment names no other."""
    volumes: tuple[Slug, ...] = ()
    """Compose's names of the volumes that hold data; in the engine each is called STACK-NAME."""
    variables: dict[VariableName, Variable] = Field(default_factory=dict)
    placeholders: tuple[str, ...] = (r"<[^<>]*>",)
    """Regular expressions of what somebody is to replace in the template's values."""
    dummies: tuple[str, ...] = (r"^<[^<>]*>$", r"(?i)change[-_ ]?me", r"(?i)\byour[-_ ](.*[-_ ]here|domain)\b")
    """Regular expressions of values that nobody means, wherever they come from."""
    stored: StoredSettings | None = None
    end_users: VolumeProgram | None = None
    """Prints `{"end_users": NUMBER}`: who used the application in the last 30 days."""

    @model_validator(mode="after")
    def _holds_together(self) -> "DeploySettings":
        problems = [
            f"variables.{name}.{key}: there is no variable {other!r}"
            for name, v in self.variables.items()
            for key, other in (("when", v.when), ("yields_to", v.yields_to))
            if other is not None and other not in self.variables
        ]
        problems += [
            f"{name}.volume: {asked.volume!r} is none of volumes"
            for name, asked in (("stored", self.stored), ("end_users", self.end_users))
            if asked and asked.volume not in self.volumes
        ]
        problems += [f"placeholders: {bad}" for bad in map(_regex_problem, self.placeholders) if bad]
        problems += [f"dummies: {bad}" for bad in map(_regex_problem, self.dummies) if bad]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _regex_problem(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return f"{pattern!r} is no regular expression: {error}"
    return None


class TargetSettings(Frozen):
    """`deploy` of an environment: where and under which name a product runs there."""

    stack: str = Field("{product}", pattern=r"^(\{product\}|[a-z0-9])(\{product\}|[a-z0-9-])*$")
    """Name of the compose project, and first part of its volumes' names; `{product}` stands for the product's name."""
    port: int | None = Field(None, ge=1, le=65535)
    """On this machine's loopback interface; the product's own, `port_offset` further, where left out."""
    port_offset: int = Field(0, ge=0, le=9999)
    """So that environments of one machine have ports of their own, whichever the product."""
    url: str | None = Field(None, pattern=r"^https?://")
    """Where users reach it, such as behind a proxy with TLS; proofs are looked at there."""
    env_file: str | None = None
    """File of its settings and secrets; compose/PRODUCT/ENVIRONMENT.env where left out."""
    start_seconds: int | None = Field(None, ge=1)
    """Deadline from start to healthy; the image's own where left out."""


def image_variable(name: str) -> str:
    """Return the variable that holds an image's reference in compose files: IMAGE_ and its name in capitals."""
    return "IMAGE_" + re.sub("[^A-Z0-9]", "_", name.upper())
