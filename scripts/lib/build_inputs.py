"""What images were made of, so that a build can tell whether those that stand are still the wanted ones."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.lib import bases, engine, records, staging
from scripts.lib.files import written
from scripts.lib.records import Image, Source, Tree
from scripts.lib.settings.images import Base, ImageSettings, base_named
from scripts.lib.settings.selection import Selection

NOT_BUILT_FROM: dict[str, Any] = {
    **dict.fromkeys(("stand", "proofs", "versions"), True),
    **{kind: {"python": True, "npm": True} for kind in ("release", "source")},
}
"""Settings of an image that say nothing of what is in it; what is locked lies in files of their own."""


def identity(selection: Selection, source: Source, tree: Tree) -> str:
    """Return one identity of tree, release, strategy, settings, and every file beside Dockerfiles and sets."""
    product, folder = selection.product, selection.checkout.customizations
    release, images = product.release, product.images_of(source.version)
    files = sorted({file for place in _places(folder, images) for file in written(place)})
    return records.digest_of(
        tree.tree,
        tree.customization,
        product.strategy,
        json.dumps({name: base.model_dump(mode="json") for name, base in product.bases.items()}, sort_keys=True),
        *((source.sources[release.source].resolved, release.model_dump_json()) if release else ()),
        *(image.model_dump_json(exclude=NOT_BUILT_FROM) for image in images.values()),
        *(edit.model_dump_json() for step in selection.steps for edit in getattr(step, "compiled", ())),
        *(part for file in files for part in (str(file.relative_to(folder)), file.read_bytes())),
    )


def _places(folder: Path, images: Mapping[str, ImageSettings]) -> Iterator[Path]:
    for image in images.values():
        if image.release:
            yield (folder / image.release.dockerfile).parent
        for one in image.source.sets if image.source else ():
            yield (folder / one.steps).parent


def stand(before: Image, selection: Selection) -> bool:
    """Tell whether the engine has these images, maybe from staging, and their bases are still the ones."""
    staging.bring(before)
    return all(
        engine.image_id(image.reference) == image.image_id
        and all(_is_base(selection, name, identity, image.image_id) for name, identity in image.bases.items())
        for image in before.images.values()
    )


def _is_base(selection: Selection, name: str, identity: str, image: str) -> bool:
    policy = selection.environment.bases
    base = _base(selection, name)
    found = bases.find(base, policy) if base else None
    if base and base.digest and policy != "debian" and identity == base.digest:
        return True
    # With `auto`, a base that was removed since is no reason to build anew what was made of it; another digest is one.
    moved = bool(base and base.digest) and not _is_made_here(image)
    return found.identity == identity if found else policy == "auto" and not moved


def _is_made_here(image: str) -> bool:
    """Tell whether an image stands on a base of Debian's packages."""
    labels = engine.image_config(image).get("Labels") or {}
    return str(labels.get("org.opencontainers.image.base.name", "")).startswith(bases.MADE)


def _base(selection: Selection, name: str) -> Base | None:
    """The base that a record calls `name`: as product.yaml does or, by strategy source, as a Dockerfile does."""
    known = selection.bases
    return known.get(name) or base_named(known, name)
