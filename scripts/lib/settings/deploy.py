"""How a product runs for good: its compose files, its variables, and what its volumes keep; and where it runs."""

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from scripts.lib.settings.base import Frozen, RelativePath, Slug

VariableName = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")]
Form = Literal["host", "url", "number", "email"]
GIVEN = ("STACK", "PORT", "LIMIT_MEMORY", "LIMIT_CPUS", "LIMIT_PIDS", "CONFIGS")
"""Variables that a deploy gives to compose, beside those of the images."""


class Variable(Frozen):
    """What is known of one variable of the template."""

    required: bool = False
    when: VariableName | None = None
    """Required where this other variable is true."""
    boolean: bool = False
    """`true` or `false`, in any case; the application takes nothing else."""
    form: Form | None = None
    """What the value must be: a host's name, an http(s) address, a whole number, an e-mail address."""
    one_of: tuple[str, ...] = ()
    """The values that the application takes; beside a `form`, those that it takes as well."""
    unlike: VariableName | None = None
    """Must not have the value of this other variable."""
    secret: bool = False
    """Never shown."""
    generated: int | None = Field(None, ge=16)
    """Made by `env --init`: a random text of so many characters."""
    at_least: int | None = Field(None, ge=1)
    """Fewest characters."""
    stored: str | None = None
    """Key under which the application keeps the value at its first start; after that only its own panel changes it."""
    yields_to: VariableName | None = None
    """A variable for the same thing that wins where both are set; may be one that a deploy gives."""
    follows: bool = False
    """Where it is left out it follows from other settings, so the template's own is not taken over from older files."""
    formerly: tuple[VariableName, ...] = ()
    """Its names in older files. Where one stands there too, it must have the same value."""
    translate: dict[str, str] = Field(default_factory=dict)
    """Regular expression -> what stands there now: values of older files that mean nothing here."""
    adopted_from: str | None = Field(None, pattern=r"^/")
    """File of an older deployment's container that holds the value, where its environment does not."""
    port: bool = False
    """A port of this machine that the compose files publish; a stand gives it a free one."""


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
    of: str | None = None
    """Which part of the application keeps them, where other parts take the environment's values all the same."""


class Authority(Frozen):
    """A certificate authority of the stack's own, such as that of a proxy in an intranet."""

    service: str
    path: str = Field(pattern=r"^/")
    """Its certificate in the service's container; where there is none, only what everybody trusts is trusted."""


class DeploySettings(Frozen):
    """`deploy` of product.yaml."""

    compose: tuple[RelativePath, ...] = Field(("compose.yaml",), min_length=1)
    """Compose files in the product's compose folder, each adding to those before it."""
    compose_of: dict[Slug, RelativePath] = Field(default_factory=dict)
    """Image -> a further compose file, only where what runs has that image."""
    compose_in: dict[Slug, tuple[RelativePath, ...]] = Field(default_factory=dict)
    """Environment -> further compose files there, such as a proxy with TLS."""
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
    published: tuple[str, ...] = ()
    """Values that stand in public files, so that none of them is a secret."""
    gone: dict[VariableName, str] = Field(default_factory=dict)
    """Name of older files -> why it has no meaning any more."""
    authority: Authority | None = None
    stored: StoredSettings | None = None
    end_users: VolumeProgram | None = None
    """Prints `{"end_users": NUMBER}`: who used the application in the last 30 days."""

    @model_validator(mode="after")
    def _holds_together(self) -> "DeploySettings":
        problems = [
            f"variables.{name}.{key}: there is no variable {other!r}"
            for name, v in self.variables.items()
            for key, other in (("when", v.when), ("yields_to", v.yields_to), ("unlike", v.unlike))
            if other is not None and other not in self.variables and (key, other) not in _MAY_YIELD
        ]
        problems += _twice_named(self)
        problems += [
            f"{name}.volume: {asked.volume!r} is none of volumes"
            for name, asked in (("stored", self.stored), ("end_users", self.end_users))
            if asked and asked.volume not in self.volumes
        ]
        patterns = {"placeholders": self.placeholders, "dummies": self.dummies}
        patterns |= {f"variables.{name}.translate": tuple(v.translate) for name, v in self.variables.items()}
        problems += [f"{key}: {bad}" for key, these in patterns.items() for bad in map(_regex_problem, these) if bad]
        if problems:
            raise ValueError("; ".join(problems))
        return self


_MAY_YIELD = {("yields_to", name) for name in GIVEN}


def _twice_named(settings: DeploySettings) -> list[str]:
    """Return the older names that would mean several things."""
    named = [(name, f"variables.{name}") for name in settings.variables]
    named += [(old, f"variables.{name}.formerly") for name, v in settings.variables.items() for old in v.formerly]
    named += [(old, "gone") for old in settings.gone]
    first = dict(reversed(named))
    return [f"{place}: {name!r} is {first[name]} too" for name, place in named if first[name] != place]


class ComposeStand(Frozen):
    """`stand` of product.yaml: how all images together are started to be looked at."""

    kind: Literal["compose"]
    """By the compose files of `deploy`, as a throw-away project with settings of its own."""
    compose: tuple[RelativePath, ...] = ()
    """Further compose files of the compose folder, for stands alone, such as a server that stands in for another."""
    environment: dict[VariableName, str] = Field(default_factory=dict)
    """Settings beside those that `env --init` makes; {NAME} is the port that NAME has on the stand."""


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
