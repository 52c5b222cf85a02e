"""What a SmokeReport is about: images, the proofs looked at, and the limits that the containers ran under."""

from collections.abc import Sequence
from pathlib import Path

from scripts.lib.checkout import Checkout
from scripts.lib.files import written
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

    `also` is what `files` returned.
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


def files(checkout: Checkout, product: Product) -> str:
    """Return the identity of the files that smoke goes by: of the product's folder, and of what starts all its images.

    An environment's own settings are no part of it, since a stand has others.
    """
    there = [path for glob in FILES for path in sorted(checkout.customizations.glob(glob))]
    parts = [part for path in there for part in (path.name, path.read_bytes())]
    if product.stand:
        parts += [product.stand.model_dump_json(), product.deploy.model_dump_json() if product.deploy else ""]
        parts += [part for name, data in _of_compose(checkout.compose) for part in (name, data)]
    return digest_of(*parts) if parts else ""


def _of_compose(folder: Path) -> list[tuple[str, bytes]]:
    every = (path for path in written(folder) if path.suffix != ".env")
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in every]
