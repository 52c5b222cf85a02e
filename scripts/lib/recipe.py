"""How one image is to be made, whichever strategy says so, and the labels that every image gets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from scripts.lib.bases import BaseImage
from scripts.lib.records import Source, Strategy, Tree
from scripts.lib.settings.images import About


@dataclass(frozen=True)
class Recipe:
    """What BuildKit is given, and what the record says of it."""

    strategy: Strategy
    dockerfile: Path
    contexts: Mapping[str, str]
    arguments: Mapping[str, str]
    bases: Mapping[str, BaseImage]
    final: BaseImage | None
    """The base that the image itself stands on; None where it stands on nothing."""
    context: Path | None = None
    """The Dockerfile's folder where left out."""
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def labels(
    about: About, product: str, source: Source, tree: Tree, created: datetime, base: BaseImage | None
) -> dict[str, str]:
    """Return an image's labels: what it is, of which tree, since when, and on which base."""
    known = {
        "title": about.title,
        "description": about.description,
        "version": f"{source.version}-custom.{tree.customization}",
        "revision": tree.tree,
        "created": created.isoformat(),
        "licenses": about.licences,
    }
    if about.source:
        known["source"] = about.source
    if base:
        known |= {"base.name": base.reference, "base.digest": base.identity}
    return {f"org.opencontainers.image.{key}": value for key, value in known.items()} | {"graft.product": product}
