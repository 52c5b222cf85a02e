"""Build the image from the customized tree.

Strategy release: the already built release of the same version gets the tree's changes, each exactly or not at all, and
becomes an image together with the customized server. The base image comes from a registry where one can be reached,
else from Debian's packages. The full log of each image is out/PRODUCT/logs/build-IMAGE.log.
"""

import argparse
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.lib import bases, capacity, cli, console, engine, first_build, records, staging, workspace
from scripts.lib.bases import BaseImage
from scripts.lib.cli import Done
from scripts.lib.commands.buildx import Build
from scripts.lib.errors import RecordMissing, SettingsInvalid
from scripts.lib.image_build import build_image, ca_bundle, uv_folder
from scripts.lib.records import BuiltImage, Image, Source, Tree
from scripts.lib.settings.images import BuildSettings, Release
from scripts.lib.settings.selection import Selection

if TYPE_CHECKING:
    from scripts.lib.release.site import Site

DISK = 3_000_000_000
"""Bytes that must be free where the engine keeps its images: for the image, and for its layers while they are made."""
MEMORY = 700_000_000


def build(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  as all stages
    """Return when every image of the product is in the engine and the Image record names it."""
    work = _Build(selection)
    before = records.find(selection.checkout, Image)
    if before and before.inputs == work.inputs and work.stands(before):
        staging.keep(selection.checkout, before)
        return Done(f"{_names(before)} up to date", up_to_date=True)
    work.require_tree()
    capacity.require(Path(engine.root_folder()), DISK, MEMORY)
    site = work.site()
    replaced = work.named() | ({was.image_id for was in before.images.values()} if before else set())
    images = {name: work.image(name, site) for name in selection.product.images}
    image = Image(inputs=work.inputs, tree=work.tree.tree, version=work.source.version, images=images)
    records.write(selection.checkout, image)
    staging.keep(selection.checkout, image)
    for image_id in replaced:
        engine.remove_unnamed(image_id)
    _remove_older(selection, image)
    return Done(_names(image))


def _remove_older(selection: Selection, image: Image) -> None:
    """Remove what this checkout built of other trees, but what a container uses."""
    present, mark = {built.reference for built in image.images.values()}, selection.checkout.mark
    for name in engine.images({"graft.product": selection.product.product}):
        if name.endswith(f"-{mark}") and name not in present:
            engine.remove_unused(name)


def _names(image: Image) -> str:
    return ", ".join(f"{i.reference} {i.image_id[:19]} ({console.size(i.size)})" for i in image.images.values())


class _Build:
    """One run: what the images are made of, and how."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._product = selection.product
        self._checkout = selection.checkout
        self.tree = records.need(self._checkout, Tree, "customize")
        self.source = records.need(self._checkout, Source, "fetch")
        self._release = self._release_settings()
        self.inputs = self._inputs()

    def _release_settings(self) -> Release:
        if self._product.release is None:
            raise SettingsInvalid(
                "product.yaml: release: is missing, and strategy release needs it", hint="describe the release"
            )
        return self._product.release

    def _inputs(self) -> str:
        """Tree, release, settings and everything beside the Dockerfiles."""
        folders = {(self._folder / i.release.dockerfile).parent for i in self._product.images.values()}
        files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
        settings = [image.release.model_dump_json() for image in self._product.images.values()]
        return records.digest_of(
            self.tree.tree,
            self.tree.customization,
            self.source.sources[self._release.source].resolved,
            self._release.model_dump_json(),
            *settings,
            *(part for file in files for part in (str(file.relative_to(self._folder)), file.read_bytes())),
        )

    @property
    def _folder(self) -> Path:
        return self._checkout.customizations

    def stands(self, before: Image) -> bool:
        """Tell whether the engine has these images, maybe from staging, and their bases are still the ones."""
        staging.bring(before)
        return all(
            engine.image_id(image.reference) == image.image_id
            and all(self._is_base(name, identity) for name, identity in image.bases.items())
            for image in before.images.values()
        )

    def _is_base(self, name: str, identity: str) -> bool:
        policy = self._selection.environment.bases
        found = bases.find(self._product.bases[name], policy) if name in self._product.bases else None
        # With `auto`, a base that was removed since is no reason to build anew what was made of it.
        return found.identity == identity if found else policy == "auto"

    def named(self) -> set[str]:
        """Return the images that have the names of ours now, such as those of a build that was killed."""
        found = (engine.image_id(self._reference(name)) for name in self._product.images)
        return {image_id for image_id in found if image_id}

    def _reference(self, name: str) -> str:
        return f"graft/{self._product.product}/{name}:{self.tree.tree[:12]}-{self._checkout.mark}"

    def require_tree(self) -> None:
        """Raise RecordMissing where records and workspace do not belong together."""
        if self.tree.source != records.identity(self.source):
            raise RecordMissing("the customized tree was made from another source", hint="run: invoke customize")
        if not workspace.stands(self._checkout.workspace, self.tree.tree):
            raise RecordMissing(
                f"{self._checkout.workspace} is not at tree {self.tree.tree[:12]}, or was changed by hand",
                hint="run: invoke customize",
            )

    def site(self) -> "Site":
        """Project the tree's changes into the release and lay the result out."""
        from scripts.lib.release.customized import customized_site

        with console.part("project the tree's changes into the release"):
            return customized_site(self._selection, self.source, self.tree, self._release)

    def image(self, name: str, site: "Site") -> BuiltImage:
        """Build one image."""
        settings = self._product.images[name].release
        began = time.monotonic()
        base = bases.ensure(self._product.bases[settings.base], self._selection.environment.bases, self._checkout)
        if found := staging.find(name, self.inputs, {settings.base: base.identity}, self._reference(name)):
            return found
        inputs = records.digest_of(self.inputs, name, base.identity)
        created = first_build.moment(self._checkout.cache, inputs)
        given = self._worded(name, settings, base, site, created)
        with console.part(f"build {given.reference}") as part:
            image_id = build_image(given, self._checkout.log(f"build-{name}"), part)
        first_build.remember(self._checkout.cache, inputs, created)
        return BuiltImage(
            reference=given.reference,
            image_id=image_id,
            size=engine.image_size(given.reference),
            seconds=round(time.monotonic() - began, 1),
            strategy="release",
            bases={settings.base: base.identity},
        )

    def _worded(self, name: str, settings: BuildSettings, base: BaseImage, site: "Site", created: datetime) -> Build:
        bundle = ca_bundle()
        return Build(
            dockerfile=self._folder / settings.dockerfile,
            reference=self._reference(name),
            metadata=self._checkout.log(f"build-{name}").with_suffix(".json"),
            contexts={"base": f"docker-image://{base.reference}", "tree": str(self._checkout.workspace)}
            | {part: str(folder) for part, folder in site.parts.items()}
            | {"uv": str(uv_folder())},
            arguments={"IMMUTABLE": site.immutable, "BUILD_HASH": site.version} | settings.arguments,
            labels=self._labels(settings, base, created),
            created=created,
            secrets={"ca": bundle} if bundle else {},
        )

    def _labels(self, settings: BuildSettings, base: BaseImage, created: datetime) -> dict[str, str]:
        labels = {
            "title": settings.title,
            "description": settings.description,
            "version": f"{self.source.version}-custom.{self.tree.customization}",
            "revision": self.tree.tree,
            "created": created.isoformat(),
            "licenses": settings.licences,
            "base.name": base.reference,
            "base.digest": base.identity,
        }
        if settings.source:
            labels["source"] = settings.source
        return {f"org.opencontainers.image.{key}": value for key, value in labels.items()} | {
            "graft.product": self._product.product
        }


if __name__ == "__main__":
    cli.main("build", build, __doc__)
