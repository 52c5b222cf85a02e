"""The recipe of an image by strategy release: the front end, the server of a source tree, one base."""

from pathlib import Path

from scripts.lib import bases
from scripts.lib.image_build import uv_folder
from scripts.lib.recipe import Recipe
from scripts.lib.release.site import Site
from scripts.lib.settings.images import BuildSettings
from scripts.lib.settings.selection import Selection


def recipe(selection: Selection, settings: BuildSettings, site: Site, tree: Path) -> Recipe:
    """Return how the image is made of `site` and the source tree in the folder `tree`.

    Its base is brought or made where the engine does not have it.
    """
    checkout = selection.checkout
    base = bases.ensure(selection.bases[settings.base], selection.environment.bases, checkout)
    return Recipe(
        strategy="release",
        dockerfile=checkout.customizations / settings.dockerfile,
        contexts={"base": f"docker-image://{base.reference}", "tree": str(tree)}
        | {part: str(folder) for part, folder in site.parts.items()}
        | {"uv": str(uv_folder())},
        arguments={"IMMUTABLE": site.immutable, "BUILD_HASH": site.version} | settings.arguments,
        bases={settings.base: base},
        final=base,
    )
