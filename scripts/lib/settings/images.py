"""How a product's images are built and how they run."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from scripts.lib.settings.base import Frozen, Reference, RelativePath, Size, Slug, VersionRange
from scripts.lib.settings.locks import NpmLock, PythonLock
from scripts.lib.settings.proofs import Proof


class DebianBase(Frozen):
    """A base image made from Debian's packages, for machines that reach no container registry."""

    suite: str
    packages: tuple[str, ...]
    environment: dict[str, str] = Field(default_factory=dict)


class Base(Frozen):
    """A base image: from a registry where one can be reached, else from Debian's packages."""

    registry: Reference
    """Reference with tag, as a Dockerfile's FROM would name it; `invoke update` locks the digest that it has."""
    debian: DebianBase

    @property
    def tag(self) -> str:
        """The reference without the digest."""
        return self.registry.partition("@")[0]

    @property
    def digest(self) -> str | None:
        """The digest of the reference, where it names one."""
        return self.registry.partition("@")[2] or None

    def by_digest(self, digest: str) -> "Base":
        """Return the same base, of whose tag this digest is taken."""
        return self.model_copy(update={"registry": f"{self.tag}@{digest}"})


def base_named(bases: Mapping[str, Base], reference: str) -> Base | None:
    """Return the base that a Dockerfile names: by digest where the tag is a base's own, else another tag of one.

    None where no base is of that repository.
    """
    same = [base for base in bases.values() if repository(base.registry) == repository(reference)]
    known = next((base for base in same if base.tag == reference), None)
    return known or next((base.model_copy(update={"registry": reference}) for base in same), None)


def repository(reference: str) -> str:
    """Return a reference without its tag and digest."""
    return re.sub(r"(?<!^)(:[^:/]+)?(@.*)?$", "", reference, count=1)


class CopyFiles(Frozen):
    """A changed file of the tree stands at this place of the release, byte for byte."""

    kind: Literal["copy"]
    tree: str
    """Glob in the customized tree."""
    strip: str = ""
    """Leading part of the tree's path that the release does not have."""
    to: str = ""
    """Leading part that the release has instead."""


class LocaleChunks(Frozen):
    """A changed locale file is written into the script chunk that the release loads for it."""

    kind: Literal["locale-chunk"]
    tree: str
    """Path with `{locale}`."""
    module: str
    """The chunk map's name of a locale, with `{locale}`, e.g. `./locales/{locale}/translation.json`."""


class SameEdit(Frozen):
    """The step's own counted edit holds, with the same count, in this file of the release (a page shell)."""

    kind: Literal["same-edit"]
    tree: str
    to: str


class CompiledEdits(Frozen):
    """The steps that change these files say themselves (`compiled`) what changes in the release's scripts."""

    kind: Literal["compiled"]
    tree: str


class FromTree(Frozen):
    """The Dockerfile takes these files from the customized tree itself; nothing is to be projected."""

    kind: Literal["from-tree"]
    tree: str


class NotShipped(Frozen):
    """No release holds these files, or nothing reads them there."""

    kind: Literal["not-shipped"]
    tree: str
    reason: str = Field(min_length=10)


Projection = Annotated[
    CopyFiles | LocaleChunks | SameEdit | CompiledEdits | FromTree | NotShipped, Field(discriminator="kind")
]


class Release(Frozen):
    """The already built release of the same version, and how a change of the tree shows in it."""

    source: str
    """The source (a wheel) that holds the built front end."""
    front_end: RelativePath
    """Its folder in the wheel."""
    leave_out: tuple[str, ...] = ()
    """Globs below the front end that the image does not need."""
    immutable: RelativePath
    """Folder, below the front end, of scripts that browsers keep for ever; renamed for each tree."""
    page: RelativePath = "index.html"
    version_file: RelativePath | None = None
    projections: tuple[Projection, ...]
    """The first whose glob matches a changed file decides; a file that none matches asks for strategy source."""


class About(Frozen):
    """What the image's labels say of it."""

    title: str
    description: str
    licences: str
    source: str | None = None
    """Public address of the repository that the image is made of."""


PLACEHOLDERS = ("version", "commit", "created")
"""What may stand in braces in a build argument: the upstream's version, its commit (or hash), the image's date."""


def _placeholders(text: str) -> str:
    unknown = [name for name in re.findall(r"\{([^{}]*)\}", text) if name not in PLACEHOLDERS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"nothing stands for {{{unknown[0]}}}; known are {known}")
    return text


Arguments = dict[str, Annotated[str, AfterValidator(_placeholders)]]
"""Build argument -> its value, in which {version}, {commit} and {created} stand for those of the image."""


class BuildSettings(Frozen):
    """How one image is built by strategy release."""

    dockerfile: RelativePath
    """In the product's folder; its own folder is the build context."""
    base: str
    """Name of a base of the product."""
    python: PythonLock
    arguments: Arguments = Field(default_factory=dict)
    variant: Slug = "slim"
    """The one variant that the release makes."""


class SourceSet(Frozen):
    """Further steps, applied to the build's own copy of the customized tree."""

    steps: RelativePath
    """A steps file of the product's folder."""
    when: Literal["always", "no-registry"] = "always"
    """`no-registry`: only where base images are stood in for, as no container registry can be reached."""


class SourceBuild(Frozen):
    """How one image is built by strategy source: by the customized tree's own Dockerfile."""

    dockerfile: RelativePath = "Dockerfile"
    """In the tree, whose top is the build context."""
    sets: tuple[SourceSet, ...] = ()
    stamps: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Build argument -> globs of the tree: its value is the digest of these files, and changes with no other."""
    arguments: Arguments = Field(default_factory=dict)
    """Of every variant."""
    variants: dict[Slug, Arguments] = Field(default={"slim": {}}, min_length=1)
    """Name -> its further build arguments."""
    memory: int = Field(ge=0)
    """Bytes that the build takes at its peak."""
    disk: int = Field(10_000_000_000, ge=0)
    """Bytes for the image, its layers and the stages that are left behind."""
    python: PythonLock | None = None
    npm: NpmLock | None = None


class VersionPlace(Frozen):
    """Where a running instance names its own version."""

    get: str = Field(pattern=r"^/")
    json_path: str


class Stand(Frozen):
    """How a container of the image is started, as an environment would."""

    port: int
    health: str = Field(pattern=r"^/")
    start_seconds: int = Field(120, ge=1)
    """Deadline from start to healthy."""
    stop_seconds: int = Field(10, ge=1)
    """What it may take to end when it is asked to; then it is ended by force."""
    version: VersionPlace | None = None
    volumes: tuple[str, ...] = ()
    tmpfs: tuple[str, ...] = ()
    environment: dict[str, str] = Field(default_factory=dict)
    """Settings that every stand gets; nothing that brands."""
    secrets: tuple[str, ...] = ()
    """Variables that get a fresh random value at every start."""
    service: Slug | None = None
    """On a stand of several images: the compose service that is looked at, where several have the image."""

    @property
    def of_compose(self) -> list[str]:
        """Return the keys given here that a stand of several images has from its compose files."""
        return [name for name in ("volumes", "tmpfs", "environment", "secrets") if getattr(self, name)]


class ImageSettings(Frozen):
    """One image of a product."""

    about: About
    versions: VersionRange | None = None
    """Upstream versions of which the image is made; all where left out."""
    variant: Slug = "slim"
    release: BuildSettings | None = None
    source: SourceBuild | None = None
    stand: Stand
    proofs: tuple[Proof, ...] = ()
    """What the image must show beside the steps' own proofs, such as its licence files."""

    @model_validator(mode="after")
    def _variant_is_made(self) -> "ImageSettings":
        made = {*(self.source.variants if self.source else ()), *([self.release.variant] if self.release else ())}
        if not made:
            raise ValueError("needs release or source, to be built at all")
        if self.variant not in made:
            raise ValueError(f"variant: {self.variant!r} is none of {', '.join(sorted(made))}")
        return self


class Limits(Frozen):
    """What an environment allows a container."""

    memory: Size = "2g"
    cpus: float = Field(2.0, gt=0)
    pids: int = Field(512, ge=16)
    read_only: bool = True
    drop_capabilities: bool = True
