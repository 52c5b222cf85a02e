"""Tags in a registry: put once and read back. Those that name one image never move; what moves only goes forward."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from scripts.lib import run_ref, tags
from scripts.lib.errors import GateRefused
from scripts.lib.records import Tree
from scripts.lib.registry import Manifest, Registry
from scripts.lib.run_ref import RunRef
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.tags import TagKind
from scripts.lib.tags import Occasion


@dataclass(frozen=True)
class Naming:
    """What is known of the tags of a publication before its registry is asked."""

    kinds: Sequence[TagKind]
    version: str
    """Of the upstream."""
    customization: str
    tree: str
    run: RunRef

    @property
    def by_tree(self) -> str:
        return tags.by_tree(self.version, self.customization, self.tree)

    def fixed(self) -> Iterator[tuple[str, str]]:
        """Give the tags that may name no other image, each with what one does where it does."""
        yield self.by_tree, "raise customization_version in product.yaml, then run: invoke publish"
        if self.run.release and "version" in self.kinds:
            yield str(self.run.release), "give what changed a version of its own"


def naming(selection: Selection, version: str, tree: Tree) -> Naming:
    """Return how what is published of a tree is named; `version` is the upstream's.

    Raises SettingsInvalid where the run's git ref names no release that this could be.
    """
    run = run_ref.of(selection, version)
    return Naming(selection.product.tags.kinds, version, tree.customization, tree.tree, run)


def require_free(target: Registry, repository: str, given: Naming, image: str) -> None:
    """Refuse where a tag that never moves names another image than `image`, an image ID or the digest of an index."""
    for tag, hint in given.fixed():
        _require(target, repository, tag, image, hint)


def give(target: Registry, repository: str, manifest: Manifest, given: Naming, image_id: str) -> tuple[str, ...]:
    """Let tags name what the registry has, first those that never move; returns them as people are to read them.

    `image_id` is the image that tells the day: what is tagged, or one of its parts.
    """
    require_free(target, repository, given, manifest.image)
    found = tags.of(_occasion(target, repository, manifest, given, image_id), given.kinds)
    for tag in sorted(found, key=lambda one: found[one] in tags.MOVING):
        put(target, repository, tag, manifest)
    return tuple(found)


def put(target: Registry, repository: str, tag: str, manifest: Manifest) -> None:
    """Let a tag name a manifest and read it back; refuses where something else comes back."""
    target.put_manifest(repository, tag, manifest)
    found = target.manifest(repository, tag)
    if found is None or found.digest != manifest.digest:
        raise GateRefused(
            f"{target.host}/{repository}:{tag} reads back as {found.digest if found else 'nothing'}, "
            f"put was {manifest.digest}",
            hint="somebody else publishes here at the same time: look, then run: invoke publish",
        )


def put_fixed(target: Registry, repository: str, tag: str, manifest: Manifest) -> None:
    """Let a tag that never moves name a manifest; refuses where it names another image."""
    _require(target, repository, tag, manifest.image, "raise customization_version in product.yaml")
    put(target, repository, tag, manifest)


def _occasion(target: Registry, repository: str, manifest: Manifest, given: Naming, image_id: str) -> Occasion:
    ordered = tags.ORDERED.intersection(given.kinds) and given.run.release
    return Occasion(
        version=given.version,
        customization=given.customization,
        tree=given.tree,
        built=_built(target, repository, image_id),
        image=manifest.image,
        main=given.run.main,
        release=given.run.release,
        released=tags.parsed(target.tags(repository)) if ordered else frozenset(),
        holder=lambda tag: _holder(target, repository, tag),
    )


def _built(target: Registry, repository: str, image_id: str) -> date:
    """Return the day (UTC) on which an image, which the registry has, was built."""
    created: str = json.loads(target.blob(repository, image_id))["created"]
    return date.fromisoformat(created[:10])


def _require(target: Registry, repository: str, tag: str, image: str, hint: str) -> None:
    there = _holder(target, repository, tag)
    if there not in (None, image):
        raise GateRefused(
            f"{target.host}/{repository}:{tag} is there with the image {there}; this one is {image}",
            hint=f"a tag never moves: {hint}",
        )


def _holder(target: Registry, repository: str, tag: str) -> str | None:
    """Return which image a tag names, None where there is no such tag."""
    there = target.manifest(repository, tag)
    return None if there is None else there.image
