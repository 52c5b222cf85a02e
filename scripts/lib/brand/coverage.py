"""How much of an image bears our brand: its files and what a browser saw, against the untouched upstream."""

from collections.abc import Mapping, Sequence

from scripts.lib import engine, workspace
from scripts.lib.brand import protected
from scripts.lib.brand.files import SCRIPTS, look_through
from scripts.lib.brand.judging import Judge, leaks, surfaces
from scripts.lib.brand.places import as_tree, of_release, upstream_files, wanted
from scripts.lib.brand.upstream import Upstream
from scripts.lib.brand.words import Found
from scripts.lib.files import FileMap
from scripts.lib.records import Coverage, Source
from scripts.lib.settings.brand import IN_FILES, SURFACES, BrandFile
from scripts.lib.settings.selection import Selection


def image_files(brand: BrandFile, image: str, labels: Mapping[str, str]) -> dict[str, bytes]:
    """Return the product's own files of an image that the engine has (path -> content)."""
    return engine.files_below(image, [place.image for place in brand.places], wanted(brand), labels)


def coverage(
    selection: Selection,
    source: Source,
    files: Mapping[str, bytes],
    *,
    seen: Sequence[Found] | None = None,
    upstream_seen: Sequence[Found] = (),
) -> Coverage | None:
    """Return what an image still shows of the upstream's brand; None where the product has no `brand.yaml`.

    `files` are the image's own, as `image_files` gives them; `seen` is what a browser showed of it (None: none looked),
    `upstream_seen` the same of the untouched upstream.
    """
    brand = selection.brand
    if brand is None:
        return None
    upstream = Upstream(selection, source, brand)
    judge = Judge(brand, source.version)
    looked_at = IN_FILES if seen is None else SURFACES
    ours = judge.judge([*look_through(files, upstream.looked), *(seen or ())], looked_at=looked_at)
    theirs = judge.judge([*upstream.found(), *upstream_seen], counted=False)
    return Coverage(
        surfaces=surfaces(ours, theirs),
        leaks=leaks(ours),
        broken=tuple(_broken(selection, source, brand, upstream, files)),
        stale=ours.stale,
    )


def _broken(
    selection: Selection, source: Source, brand: BrandFile, upstream: Upstream, files: Mapping[str, bytes]
) -> list[str]:
    """What is protected is looked at on the customized tree, and in the image's files and scripts."""
    place = selection.checkout.workspace
    changed = workspace.changed_files(place, source.base, "HEAD")
    problems = protected.differences(brand, upstream.tree, workspace.base_files(place, "HEAD"), changed)
    held = as_tree(brand, files)
    problems += [f"the image's {p}" for p in protected.differences(brand, upstream.tree, FileMap(held), held)]
    front_end = upstream.front_end()
    if front_end is not None:
        before = upstream_files(brand, FileMap({}), front_end)
        problems += protected.in_scripts(brand, _scripts(before), _scripts(of_release(brand, files)))
    return problems


def _scripts(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path.endswith(tuple(SCRIPTS))}
