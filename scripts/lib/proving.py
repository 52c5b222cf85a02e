"""What a SmokeReport is about: images, the proofs looked at, and the limits that the containers ran under."""

from collections.abc import Sequence

from scripts.lib.records import Image, Tree, digest_of
from scripts.lib.settings.environment import Environment
from scripts.lib.settings.product import Product
from scripts.lib.settings.steps import Step


def inputs(product: Product, steps: Sequence[Step], environment: Environment, tree: Tree, image: Image) -> str:
    """Return the identity of all that smoke looks at; environments with the same limits have the same."""
    return digest_of(
        *(f"{name} {built.image_id}" for name, built in sorted(image.images.items())),
        tree.tree,
        environment.limits.model_dump_json(),
        *(f"{name} {i.model_dump_json(include={'stand', 'proofs'})}" for name, i in product.images.items()),
        *(step.model_dump_json() for step in steps),
    )
