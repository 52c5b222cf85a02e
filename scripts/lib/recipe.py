"""How one image is to be made, whichever strategy says so, and the labels that every image gets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from scripts.lib.bases import BaseImage
from scripts.lib.records import Source, Strategy, Tree
from scripts.lib.settings.images import PLACEHOLDERS, About
from scripts.lib.settings.product import Product

_PLACEHOLDER = re.compile(rf"\{{({'|'.join(PLACEHOLDERS)})\}}")


@dataclass(frozen=True)
class Recipe:
    """What BuildKit is given, and what the record says of it."""

    strategy: Strategy
    dockerfile: Path
    contexts: Mapping[str, str]
    arguments: Mapping[str, str]
    """As the settings have them: `filled` puts in what stands for their placeholders."""
    bases: Mapping[str, BaseImage]
    final: BaseImage | None
    """The base that the image itself stands on; None where it stands on nothing."""
    context: Path | None = None
    """The Dockerfile's folder where left out."""
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def filled(arguments: Mapping[str, str], product: Product, source: Source, created: datetime) -> dict[str, str]:
    """Return build arguments with what the placeholders of the settings stand for."""
    known = {"version": source.version, "commit": source.sources[product.tree].resolved, "created": created.isoformat()}
    return {name: _PLACEHOLDER.sub(lambda found: known[found[1]], value) for name, value in arguments.items()}


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
