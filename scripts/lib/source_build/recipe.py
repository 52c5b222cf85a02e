"""The recipe of an image by strategy source: the Dockerfile of the customized tree, its bases named one by one."""

from collections.abc import Iterable, Mapping

from scripts.lib import bases, workspace
from scripts.lib.bases import BaseImage
from scripts.lib.errors import SettingsInvalid
from scripts.lib.files import Files, Folder, matching
from scripts.lib.image_build import uv_folder
from scripts.lib.recipe import Recipe
from scripts.lib.records import Source, digest_of
from scripts.lib.release.opening import open_bundle
from scripts.lib.settings.images import Base, SourceBuild, base_named, repository
from scripts.lib.settings.selection import Selection
from scripts.lib.source_build import dockerfile
from scripts.lib.source_build.tree import BuildTree, lay_out
from scripts.lib.steps import StepContext

UV = "ghcr.io/astral-sh/uv"
"""A tool, not a base: always the one of this virtualenv, as by strategy release."""


def recipe(selection: Selection, name: str, settings: SourceBuild, source: Source) -> Recipe:
    """Return how image `name` is made of the workspace's tree, laid out in `out/<product>/source/<name>`.

    Its bases are brought or made where the engine does not have them. Raises SettingsInvalid where the Dockerfile
    names an image that is no base of the product, GateRefused where a step of the sets does not fit.
    """
    checkout = selection.checkout
    files = workspace.base_files(checkout.workspace, "HEAD")
    text = (files.read(settings.dockerfile) or b"").decode(errors="replace")
    named = dockerfile.images(text)
    found = {
        reference: bases.ensure(base, selection.environment.bases, checkout)
        for reference, base in bases_of(selection.bases, settings, named).items()
    }
    stood_in = any(base.made_here for base in found.values())
    tree = _tree(selection, name, settings, source, files, stood_in)
    return Recipe(
        strategy="source",
        dockerfile=tree.folder / settings.dockerfile,
        context=tree.folder,
        contexts=_contexts(named, found) | (_release(selection, source) if stood_in else {}),
        arguments=_arguments(selection, name, settings) | _stamps(settings, Folder(tree.folder)),
        bases=found,
        final=found.get(dockerfile.base_of_result(text)),
        sets=tree.sets,
    )


def _arguments(selection: Selection, name: str, settings: SourceBuild) -> dict[str, str]:
    return settings.arguments | settings.variants[selection.product.images[name].variant]


def _tree(
    selection: Selection, name: str, settings: SourceBuild, source: Source, files: Files, stood_in: bool
) -> BuildTree:
    checkout = selection.checkout
    wanted = {one.steps: selection.sets[one.steps] for one in settings.sets if one.when == "always" or stood_in}
    context = StepContext(checkout.customizations, source.version, checkout.cache)
    return lay_out(checkout.workspace, files, wanted, context, checkout.out / "source" / name)


def bases_of(bases: Mapping[str, Base], settings: SourceBuild, named: Iterable[str]) -> dict[str, Base]:
    """Return for each image that a Dockerfile names the base of the product that is of the same repository.

    The Dockerfile says which tag. Raises SettingsInvalid with every image that is none of the bases.
    """
    wanted = [reference for reference in named if repository(reference) != UV]
    found = {reference: base_named(bases, reference) for reference in wanted}
    unknown = [reference for reference, base in found.items() if base is None]
    if unknown or not wanted:
        known = dict.fromkeys(repository(base.registry) for base in bases.values())
        problems = [f"{settings.dockerfile} names {one}, which is no base of product.yaml" for one in unknown]
        raise SettingsInvalid(
            problems or [f"the tree has no {settings.dockerfile} that names a base image"],
            hint=f"add it to `bases` in product.yaml, where there are {', '.join(known) or 'none'}",
        )
    return {reference: base for reference, base in found.items() if base}


def _contexts(named: Iterable[str], found: Mapping[str, BaseImage]) -> dict[str, str]:
    """Put in the place of every image that the Dockerfile names exactly the one that was found."""
    return {
        reference: f"docker-image://{found[reference].reference}" if reference in found else str(uv_folder())
        for reference in named
    }


def _release(selection: Selection, source: Source) -> dict[str, str]:
    """The built release's front end: a build that reaches no CDN takes from it what it would download."""
    release = selection.product.release
    if release is None:
        return {}
    bundle = open_bundle(source.sources[release.source], source.version, release, selection.checkout.cache)
    return {"release": str(bundle.folder)}


def _stamps(settings: SourceBuild, tree: Files) -> dict[str, str]:
    """Digests of 40 digits, as long as a commit's: the form that builds accept for a revision."""
    return {argument: _digest(globs, tree)[:40] for argument, globs in settings.stamps.items()}


def _digest(globs: Iterable[str], tree: Files) -> str:
    paths = sorted({path for glob in globs for path in matching(tree, glob)})
    return digest_of(*(part for path in paths for part in (path, tree.read(path) or b"")))
