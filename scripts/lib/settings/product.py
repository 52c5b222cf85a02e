"""A product: its sources, its images, and the licence under which it is re-branded."""

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.base import Frozen, Slug, VersionText
from scripts.lib.settings.bench import Bench
from scripts.lib.settings.deploy import ComposeStand, DeploySettings
from scripts.lib.settings.images import Base, ImageSettings, Release
from scripts.lib.settings.licence import Licence
from scripts.lib.settings.locks import NpmLock, PythonLock
from scripts.lib.settings.migration import MigrationSettings
from scripts.lib.settings.sources import GitSource, PypiSource, Source
from scripts.lib.settings.tags import TagSettings

Strategy = Literal["auto", "release", "source"]


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
    """The source of which the steps speak, at whose top the tree begins."""
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
    migration: MigrationSettings | None = None
    """How the data of an older stack come into its volumes."""
    stand: ComposeStand | None = None
    """How all images together are started to be looked at; where left out, each one by itself."""
    bench: Bench | None = None
    not_asked: dict[Literal["branding", "functions"], str] = Field(default_factory=dict)
    """Gates that no environment asks of this product -> why not; the verdict says so."""

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
            f"images.{name}.source.npm.base: no base is called {image.source.npm.base!r}"
            for name, image in self.images.items()
            if image.source and image.source.npm and image.source.npm.base not in self.bases
        ]
        problems += [
            f"sources.{name}.version_of: no source is called {source.version_of!r}"
            for name, source in self.sources.items()
            if isinstance(source, PypiSource) and source.version_of and source.version_of not in self.sources
        ]
        problems += [*self._misdeployed(), *self._front_may_lack(), *self._unlayable()]
        problems += [f"not_asked.{gate}: says no reason" for gate, why in self.not_asked.items() if not why.strip()]
        problems += [*self._unstandable(), *self._unmakeable(), *self._locked_twice()]
        problems += self.migration.misfits(self.deploy) if self.migration else []
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _front_may_lack(self) -> list[str]:
        front = self.images.get(self.deploy.front) if self.deploy else None
        lacks = front is not None and front.versions is not None
        return ["deploy.front: is an image that some versions do not have"] if lacks else []

    def _locked_twice(self) -> list[str]:
        """What would be locked in one file for two images, from other lists or for another Python."""
        seen: dict[str, Frozen] = {}
        npm = (image.source.npm for image in self.images.values() if image.source)
        locks = [one for one in (*self._python, *npm) if one]
        twice = [one.lock for one in locks if seen.setdefault(one.lock, one) != one]
        return [f"images: {name} would be locked in two ways" for name in dict.fromkeys(twice)]

    def _unlayable(self) -> list[str]:
        """What is said of sources that are no part of the tree, or cannot be one where they say."""
        problems = []
        for name, source in self.sources.items():
            if name == self.tree and source.into:
                problems.append(f"sources.{name}.into: the tree itself begins at the top")
            if name != self.tree and source.into is None and source.leave_out:
                problems.append(f"sources.{name}.leave_out: is no part of the tree; name its folder there with into")
        folders = sorted((f"{source.into}/", name) for name, source in self.laid_in.items())
        problems += [
            f"sources.{name}.into: lies in that of {other}"
            for (outer, other), (folder, name) in pairwise(folders)
            if folder.startswith(outer)
        ]
        return problems

    @property
    def laid_in(self) -> dict[str, Source]:
        """The sources whose files lie in a folder of the tree."""
        return {name: source for name, source in self.sources.items() if source.into and name != self.tree}

    def _misdeployed(self) -> list[str]:
        """Return the names of images that `deploy` and proofs speak of and that do not exist."""
        named = {"deploy.front": self.deploy.front} if self.deploy else {}
        named |= {f"deploy.compose_of.{name}": name for name in (self.deploy.compose_of if self.deploy else ())}
        return [f"{place}: no image is called {name!r}" for place, name in named.items() if name not in self.images]

    def _unstandable(self) -> list[str]:
        """Return what cannot be where all images are started together, or only there."""
        if self.stand is None:
            given = [name for name, image in self.images.items() if image.stand.service]
            return [f"images.{name}.stand.service: is for a product with stand" for name in given]
        told = [
            f"images.{n}.stand.{key}: is said by the compose files"
            for n, i in self.images.items()
            for key in i.stand.of_compose
        ]
        return told if self.deploy else ["stand: needs deploy, whose compose files it starts", *told]

    def _unmakeable(self) -> list[str]:
        able = {"release": self.may_take_release, "source": self.may_build_source}
        able["auto"] = self.may_take_release or self.may_build_source
        return [] if able[self.strategy] else [f"strategy: not every image says how it is made by {self.strategy}"]

    def images_of(self, version: str) -> dict[str, ImageSettings]:
        """Return the images that are made of an upstream version; raises SettingsInvalid where there are none."""
        found = {
            name: image
            for name, image in self.images.items()
            if image.versions is None or image.versions.holds(version)
        }
        if not found:
            raise SettingsInvalid(
                f"images: none is for version {version}", hint="correct images.NAME.versions in product.yaml"
            )
        return found

    def python_locks(self, version: str) -> dict[str, PythonLock]:
        """Return the locked Python requirements of the images of a version, by where the settings name them."""
        places = {
            f"images.{name}.{kind}.python": made.python
            for name, image in self.images_of(version).items()
            for kind, made in (("release", image.release), ("source", image.source))
            if made
        }
        return {place: lock for place, lock in places.items() if lock}

    def npm_locks(self, version: str) -> dict[str, NpmLock]:
        """Return the locked npm packages of the images of a version, by where the settings name them."""
        images = self.images_of(version).items()
        return {f"images.{n}.source.npm": i.source.npm for n, i in images if i.source and i.source.npm}

    @property
    def locks(self) -> frozenset[str]:
        """The files of the product's folder that `update` writes for its images, whatever the version."""
        npm = (image.source.npm for image in self.images.values() if image.source)
        return frozenset(one.lock for one in (*self._python, *npm) if one)

    @property
    def lists(self) -> frozenset[str]:
        """Our lists of Python requirements, in the product's folder."""
        return frozenset(one.list for one in self._python if one.list)

    @property
    def _python(self) -> list[PythonLock]:
        made = [one for image in self.images.values() for one in (image.release, image.source) if one]
        return [one.python for one in made if one.python]

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
