"""Build the image from the customized tree.

Strategy release: the already built release of the same version gets the tree's changes, each exactly or not at all, and
becomes an image together with the customized server. Strategy source: the tree's own Dockerfile, with further sets of
steps for its build. `strategy: auto` in product.yaml takes the release where every change can be projected into it,
else the source, and says which change asked for it; STRATEGY=release or source wins over the setting.

Base images come from a registry where one can be reached, else from Debian's packages. The full log of each image is
out/PRODUCT/logs/build-IMAGE.log. IMAGES=NAME,NAME makes these alone; what else of the same tree is there stays.
"""

import argparse
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from scripts.lib import (
    build_inputs,
    capacity,
    cli,
    console,
    engine,
    first_build,
    image_locks,
    layer_cache,
    records,
    staging,
    vanilla,
    workspace,
)
from scripts.lib.cli import Done
from scripts.lib.commands.buildx import Build
from scripts.lib.errors import ProjectionRefused, RecordMissing, SettingsInvalid
from scripts.lib.image_build import build_image, ca_bundle
from scripts.lib.recipe import Recipe, filled, labels
from scripts.lib.records import BuiltImage, Image, Source, Tree
from scripts.lib.settings.images import ImageSettings, Release
from scripts.lib.settings.selection import Selection

DISK = 3_000_000_000
"""Bytes that strategy release needs where the engine keeps its images: for the image, and its layers in the making."""
MEMORY = 700_000_000
LESS = f"{capacity.HINT}; or build by strategy release: it needs 0.7 GB"


def build(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  as all stages
    """Return when every image of the product is in the engine and the Image record names it."""
    work = _Build(selection)
    before = records.find(selection.checkout, Image)
    if before and before.inputs == work.inputs and work.is_in(before) and build_inputs.stand(before, selection):
        staging.keep(selection.checkout, before)
        return Done(f"{_names(before)} up to date", up_to_date=True)
    work.require_tree()
    replaced = work.named() | ({was.image_id for was in before.images.values()} if before else set())
    images = work.beside(before) | work.images()
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
    product = {"graft.product": selection.product.product}
    untouched = engine.images(product | {vanilla.LABEL: ""})
    for name in engine.images(product):
        if name.endswith(f"-{mark}") and name not in (*present, *untouched):
            engine.remove_unused(name)


def _names(image: Image) -> str:
    return ", ".join(
        f"{i.reference} {i.image_id[:19]} ({console.size(i.size)}, by {i.strategy})" for i in image.images.values()
    )


def _asked(selection: Selection, version: str) -> dict[str, ImageSettings]:
    """Return the images to make; raises SettingsInvalid where one is asked for that this version does not have."""
    there = selection.product.images_of(version)
    other = sorted((selection.only or frozenset()) - there.keys())
    if other:
        raise SettingsInvalid(
            f"IMAGES: {', '.join(other)} is no image of {version}", hint=f"it has {', '.join(sorted(there))}"
        )
    return {name: one for name, one in there.items() if selection.only is None or name in selection.only}


class _Build:
    """One run: what the images are made of, and how."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._product = selection.product
        self._checkout = selection.checkout
        self.tree = records.need(self._checkout, Tree, "customize")
        self.source = records.need(self._checkout, Source, "fetch")
        self._images = _asked(selection, self.source.version)
        self.inputs = build_inputs.identity(selection, self.source, self.tree)

    def is_in(self, before: Image) -> bool:
        """Tell whether a record has every image that is asked for."""
        return self._images.keys() <= before.images.keys()

    def beside(self, before: Image | None) -> dict[str, BuiltImage]:
        """Return the images of the same inputs that are not asked for, as an earlier run made them."""
        same = before.images if before and before.inputs == self.inputs else {}
        return {name: built for name, built in same.items() if name not in self._images}

    def named(self) -> set[str]:
        """Return the images that have the names of ours now, such as those of a build that was killed."""
        found = (engine.image_id(self._reference(name)) for name in self._images)
        return {image_id for image_id in found if image_id}

    def _reference(self, name: str) -> str:
        return f"graft/{self._product.product}/{name}:{self.tree.tree[:12]}-{self._checkout.mark}"

    def require_tree(self) -> None:
        """Raise RecordMissing where records, workspace and what the images install do not belong together."""
        if self.tree.source != records.identity(self.source):
            raise RecordMissing("the customized tree was made from another source", hint="run: invoke customize")
        if not workspace.stands(self._checkout.workspace, self.tree.tree):
            raise RecordMissing(
                f"{self._checkout.workspace} is not at tree {self.tree.tree[:12]}, or was changed by hand",
                hint="run: invoke customize",
            )
        files = workspace.base_files(self._checkout.workspace, "HEAD")
        image_locks.require_current(self._selection, self.source.version, files)

    def images(self) -> dict[str, BuiltImage]:
        """Build every image: from the release if that is wanted and can be, else from the source."""
        product = self._product
        if product.strategy == "source":
            return self._by_source()
        if product.release is None or not product.may_take_release:
            return self._by_source([self._not_released()] if product.release else ())
        try:
            return self._by_release(product.release)
        except ProjectionRefused as refused:
            if product.strategy == "release" or not product.may_build_source:
                raise
            return self._by_source(refused.problems)

    def _not_released(self) -> str:
        wanted = ", ".join(f"{name} {image.variant}" for name, image in self._images.items())
        return f"no release is described for {wanted}"

    def _by_release(self, release: Release) -> dict[str, BuiltImage]:
        from scripts.lib.release.customized import customized_site
        from scripts.lib.release.recipe import recipe

        made = {name: image.release for name, image in self._images.items() if image.release}
        self._require(DISK, MEMORY)
        with console.part("project the tree's changes into the release"):
            site = customized_site(self._selection, self.source, self.tree, release)
        workspace_tree = self._checkout.workspace
        return {
            name: self._image(name, partial(recipe, self._selection, one, site, workspace_tree))
            for name, one in made.items()
        }

    def _by_source(self, because: Iterable[str] = ()) -> dict[str, BuiltImage]:
        from scripts.lib.source_build.recipe import recipe

        notes = tuple(f"from the source: {one}" for one in because)
        for note in notes:
            console.note(f"  {note}")
        made = {name: image.source for name, image in self._images.items() if image.source}
        self._require(
            disk=sum(one.disk for one in made.values()),
            memory=max(one.memory for one in made.values()),
            hint=LESS if self._product.may_take_release else capacity.HINT,
        )
        return {
            name: self._image(name, partial(recipe, self._selection, name, one, self.source), notes)
            for name, one in made.items()
        }

    def _require(self, disk: int, memory: int, hint: str = capacity.HINT) -> None:
        capacity.require(Path(engine.root_folder()), disk, memory, hint=hint)

    def _image(self, name: str, recipe: Callable[[], Recipe], notes: tuple[str, ...] = ()) -> BuiltImage:
        began = time.monotonic()
        made = recipe()
        for set_, steps in made.sets.items():
            console.note(f"  {set_}: {len(steps)} steps on the build's copy of the tree")
        identities = {base: found.identity for base, found in made.bases.items()}
        if staged := staging.find(name, self.inputs, made.strategy, identities, self._reference(name)):
            return staged.model_copy(update={"sets": dict(made.sets), "notes": notes})
        inputs = records.digest_of(self.inputs, name, *identities.values())
        created = first_build.moment(self._checkout.cache, inputs, engine.now)
        with layer_cache.of(name, self._checkout.cache) as layers:
            given = self._worded(name, made, created, layers.reference)
            with console.part(f"build {given.reference} by strategy {made.strategy}") as part:
                image_id = build_image(given, self._checkout.log(f"build-{name}"), part, layers.env)
        first_build.remember(self._checkout.cache, inputs, created)
        return BuiltImage(
            reference=given.reference,
            image_id=image_id,
            size=engine.image_size(given.reference),
            seconds=round(time.monotonic() - began, 1),
            strategy=made.strategy,
            bases=identities,
            sets=dict(made.sets),
            notes=notes,
        )

    def _worded(self, name: str, made: Recipe, created: datetime, cache: str | None) -> Build:
        bundle = ca_bundle()
        about = self._images[name].about
        return Build(
            dockerfile=made.dockerfile,
            context=made.context,
            reference=self._reference(name),
            metadata=self._checkout.log(f"build-{name}").with_suffix(".json"),
            contexts=made.contexts,
            arguments=filled(made.arguments, self._product, self.source, created),
            labels=labels(about, self._product.product, self.source, self.tree, created, made.final),
            created=created,
            secrets={"ca": bundle} if bundle else {},
            cache=cache,
        )


if __name__ == "__main__":
    cli.main("build", build, __doc__, reported="refused")
