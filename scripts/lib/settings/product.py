"""A product: its sources, its images, and the licence under which it is re-branded."""

from typing import Literal

from packaging.version import Version
from pydantic import Field, model_validator

from scripts.lib.settings.base import Frozen, RelativePath, Sha256, Slug, VersionRange, VersionText
from scripts.lib.settings.deploy import DeploySettings
from scripts.lib.settings.images import Base, ImageSettings, Release
from scripts.lib.settings.sources import GitSource, PypiSource, Source
from scripts.lib.settings.tags import TagSettings

Strategy = Literal["auto", "release", "source"]


class LicenceRule(Frozen):
    """The upstream's licence over a range of versions."""

    versions: VersionRange
    name: str
    needs_basis: bool
    """Whether re-branding needs one of the bases that an environment can state."""
    permission_for: Literal["anyone", "contributors"] = "anyone"
    """Whom a written permission may be given; `contributors`: of whom upstream has merged a substantive change."""
    texts: dict[Sha256, VersionRange] = Field(default_factory=dict)
    """sha256 of each licence file that somebody has read and found to be this one -> the releases that it came with.

    Any other text is unknown.
    """

    @model_validator(mode="after")
    def _texts_came_with_it(self) -> "LicenceRule":
        outside = [
            f"texts.{text}: {end} is no version of {self.versions}"
            for text, came in self.texts.items()
            for end in (came.first, came.last)
            if end and not self.versions.holds(end)
        ]
        if outside:
            raise ValueError("; ".join(outside))
        return self


class Licence(Frozen):
    """The upstream's licence file and what it asks of a re-branded image."""

    file: RelativePath
    rules: tuple[LicenceRule, ...] = Field(min_length=1)

    def rule(self, version: str) -> LicenceRule | None:
        """Return the rule for `version`, or None where no rule covers it."""
        return next((rule for rule in self.rules if rule.versions.holds(version)), None)

    def before(self, rule: LicenceRule) -> LicenceRule | None:
        """Return the newest rule of older versions that asks for no basis, None where there is none."""
        return max(
            (r for r in self.rules if not r.needs_basis and _is_older(r.versions, rule.versions)),
            key=lambda older: Version(older.versions.last or "0"),
            default=None,
        )


def _is_older(one: VersionRange, other: VersionRange) -> bool:
    return bool(one.last and other.first and Version(one.last) < Version(other.first))


class Compat(Frozen):
    """What a look at many releases needs to know beyond the sources."""

    below: str | None = None
    """Why the customizations are for no older release than the tree's `version` begins with."""
    repository: GitSource | None = None
    """Where the upstream is worked on; its `ref` is what is looked at where none is named."""


class Product(Frozen):
    """`product.yaml`."""

    product: Slug
    title: str
    customization_version: VersionText
    sources: dict[Slug, Source] = Field(min_length=1)
    tree: Slug
    """The source of which the steps speak."""
    licence: Licence
    bases: dict[Slug, Base] = Field(default_factory=dict)
    images: dict[Slug, ImageSettings] = Field(min_length=1)
    release: Release | None = None
    strategy: Strategy = "auto"
    """How images are made; auto takes the release where every change of the tree can be projected into it."""
    tags: TagSettings = TagSettings()
    compat: Compat | None = None
    deploy: DeploySettings | None = None
    """How it runs for good; a product without it is published only."""

    @model_validator(mode="after")
    def _names_exist(self) -> "Product":
        problems = [f"tree: no source is called {self.tree!r}"] if self.tree not in self.sources else []
        if self.release and self.release.source not in self.sources:
            problems.append(f"release.source: no source is called {self.release.source!r}")
        problems += [
            f"images.{name}.release.base: no base is called {image.release.base!r}"
            for name, image in self.images.items()
            if image.release and image.release.base not in self.bases
        ]
        problems += [
            f"sources.{name}.version_of: no source is called {source.version_of!r}"
            for name, source in self.sources.items()
            if isinstance(source, PypiSource) and source.version_of and source.version_of not in self.sources
        ]
        if self.deploy and self.deploy.front not in self.images:
            problems.append(f"deploy.front: no image is called {self.deploy.front!r}")
        problems += self._unmakeable()
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _unmakeable(self) -> list[str]:
        able = {"release": self.may_take_release, "source": self.may_build_source}
        able["auto"] = self.may_take_release or self.may_build_source
        return [] if able[self.strategy] else [f"strategy: not every image says how it is made by {self.strategy}"]

    @property
    def may_take_release(self) -> bool:
        """Whether strategy release is described for the product and each of its images, in the wanted variant."""
        return self.release is not None and all(
            image.release is not None and image.release.variant == image.variant for image in self.images.values()
        )

    @property
    def may_build_source(self) -> bool:
        """Whether strategy source is described for each image, in the wanted variant."""
        return all(i.source is not None and i.variant in i.source.variants for i in self.images.values())
