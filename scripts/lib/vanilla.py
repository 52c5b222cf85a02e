"""The untouched upstream as an image, by strategy release in seconds: what a customized image is compared with.

It is made of the workspace's first commit, by the same Dockerfile, on the same base and with the same locked packages
as the customized image, and of no step. It bears the product's label, so that `invoke clean` removes it.
"""

import time
from pathlib import Path

from scripts.lib import capacity, console, engine, first_build, workspace
from scripts.lib.commands.buildx import Build
from scripts.lib.errors import ResourceMissing
from scripts.lib.files import written
from scripts.lib.image_build import build_image, ca_bundle
from scripts.lib.recipe import Recipe, filled
from scripts.lib.records import BuiltImage, Source, digest_of
from scripts.lib.scratch import scratch
from scripts.lib.settings.images import BuildSettings, Release
from scripts.lib.settings.selection import Selection

LABEL = "graft.vanilla"
"""Its value is the identity of what the image was made of."""
DISK = 1_000_000_000
"""Bytes; most of its layers are the customized image's too."""


def why_not(selection: Selection, name: str) -> str | None:
    """Return why the untouched upstream of image `name` cannot be had in seconds, None where it can."""
    if selection.product.release is None or selection.product.images[name].release is None:
        return f"no release is described for {name}, so its untouched upstream is not known"
    return None


def identity(selection: Selection, source: Source, name: str) -> str:
    """Return what the untouched image `name` is made of: the same wherever it is made. Raises ResourceMissing."""
    release, settings = _settings(selection, name)
    folder = (selection.checkout.customizations / settings.dockerfile).parent
    return digest_of(
        source.base,
        source.sources[release.source].resolved,
        release.model_dump_json(),
        settings.model_dump_json(),
        selection.bases[settings.base].model_dump_json(),
        *(part for file in written(folder) for part in (str(file.relative_to(folder)), file.read_bytes())),
    )


def ensure(selection: Selection, source: Source, name: str) -> BuiltImage:
    """Return the untouched upstream of image `name`, built where the engine does not have it; older ones go.

    Raises ResourceMissing where no release is described for it, ProjectionRefused where the release is not built as
    expected, RecordMissing where it is not in the cache.
    """
    made_of = identity(selection, source, name)
    reference = f"{_repository(selection, name)}:vanilla-{made_of[:12]}-{selection.checkout.mark}"
    began = time.monotonic()
    image_id = engine.image_id(reference) or _build(selection, source, name, made_of, reference)
    _remove_older(selection, name, reference)
    return BuiltImage(
        reference=reference,
        image_id=image_id,
        size=engine.image_size(reference),
        seconds=round(time.monotonic() - began, 1),
        strategy="release",
        bases={},
    )


def _build(selection: Selection, source: Source, name: str, made_of: str, reference: str) -> str:
    from scripts.lib.release.opening import open_bundle
    from scripts.lib.release.recipe import recipe
    from scripts.lib.release.site import lay_out

    checkout, (release, settings) = selection.checkout, _settings(selection, name)
    capacity.require(Path(engine.root_folder()), DISK, memory=0)
    with scratch(checkout.cache) as folder, console.part(f"build {reference}, the untouched upstream") as part:
        workspace.check_out(checkout.workspace, source.base, folder / "tree")
        bundle = open_bundle(source.sources[release.source], source.version, release, checkout.cache)
        site = lay_out(bundle, {}, f"vanilla-{made_of[:12]}", release, folder / "site")
        made = recipe(selection, settings, site, folder / "tree")
        given = _worded(selection, source, name, made, made_of, reference)
        return build_image(given, checkout.log(f"vanilla-{name}"), part)


def _worded(selection: Selection, source: Source, name: str, made: Recipe, made_of: str, reference: str) -> Build:
    checkout, bundle = selection.checkout, ca_bundle()
    created = first_build.moment(checkout.cache, made_of, engine.now)
    first_build.remember(checkout.cache, made_of, created)
    return Build(
        dockerfile=made.dockerfile,
        contexts=made.contexts,
        reference=reference,
        metadata=checkout.log(f"vanilla-{name}").with_suffix(".json"),
        arguments=filled(made.arguments, selection.product, source, created),
        labels={"graft.product": selection.product.product, LABEL: made_of},
        created=created,
        secrets={"ca": bundle} if bundle else {},
    )


def _remove_older(selection: Selection, name: str, present: str) -> None:
    """Remove what this checkout built of other versions, but what a container uses."""
    own = f"{_repository(selection, name)}:"
    for other in engine.images({"graft.product": selection.product.product, LABEL: ""}):
        if other.startswith(own) and other.endswith(f"-{selection.checkout.mark}") and other != present:
            engine.remove_unused(other)


def _repository(selection: Selection, name: str) -> str:
    return f"graft/{selection.product.product}/{name}"


def _settings(selection: Selection, name: str) -> tuple[Release, BuildSettings]:
    release, settings = selection.product.release, selection.product.images[name].release
    if release is None or settings is None:
        raise ResourceMissing(
            why_not(selection, name) or "", hint="describe the release in product.yaml, as docs/strategies.md says"
        )
    return release, settings
