"""What a SmokeReport is about: images, the proofs looked at, and the limits that the containers ran under."""

from collections.abc import Sequence
from pathlib import Path

from scripts.lib.records import Image, Tree, digest_of
from scripts.lib.settings.environment import Environment
from scripts.lib.settings.product import Product
from scripts.lib.settings.steps import Step

FILES = ("pages.yaml", "brand.yaml", "functions/*.*")
"""What smoke goes by beside the product's and the steps' settings, as globs of the product's folder."""


def inputs(
    product: Product, steps: Sequence[Step], environment: Environment, tree: Tree, image: Image, also: str = ""
) -> str:
    """Return the identity of all that smoke looks at; environments with the same limits have the same.

    `also` is what `files` returned for the product's folder.
    """
    return digest_of(
        *(f"{name} {built.image_id}" for name, built in sorted(image.images.items())),
        tree.tree,
        environment.limits.model_dump_json(),
        *(
            f"{name} {one.model_dump_json(include={'stand', 'proofs'})}"
            for name, one in product.images_of(image.version).items()
        ),
        *(step.model_dump_json() for step in steps),
        also,
    )


def files(customizations: Path) -> str:
    """Return the identity of the files in a product's folder that smoke goes by."""
    there = [path for glob in FILES for path in sorted(customizations.glob(glob))]
    return digest_of(*(part for path in there for part in (path.name, path.read_bytes()))) if there else ""
