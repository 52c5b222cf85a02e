"""Where the product's own files lie: the same ones in the image, in the source tree and in the built release."""

from collections.abc import Callable, Iterator, Mapping

from scripts.lib.files import Files, pattern
from scripts.lib.settings.brand import BrandFile, Place


def wanted(brand: BrandFile) -> Callable[[str], bool]:
    """Return what tells whether a file of the image, by its path, is looked into."""
    globs = [pattern(ignored.files) for ignored in brand.ignored]
    return lambda path: not any(glob.match(path) for glob in globs)


def upstream_files(brand: BrandFile, tree: Files, front_end: Files | None) -> dict[str, bytes]:
    """Return the files that the untouched upstream would have put into the image (path there -> content)."""
    looked_into = wanted(brand)
    files: dict[str, bytes] = {}
    for place in brand.places:
        below = front_end if place.release else tree
        for name in below.names() if below else ():
            at = _in_image(place, name)
            if at and looked_into(at):
                files[at] = (below.read(name) if below else None) or b""
    return files


def as_tree(brand: BrandFile, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return those files of an image that a tree holds too, by their path in the tree."""
    return {name: data for path, data in files.items() for name in _in_tree(brand, path)}


def of_release(brand: BrandFile, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return those files of an image that a built front end holds."""
    tops = tuple(f"{place.image}/" for place in brand.places if place.release)
    return {path: data for path, data in files.items() if path.startswith(tops)}


def _in_image(place: Place, name: str) -> str | None:
    if not place.tree:
        return f"{place.image}/{name}"
    if name == place.tree:
        return place.image
    return place.image + name.removeprefix(place.tree) if name.startswith(f"{place.tree}/") else None


def _in_tree(brand: BrandFile, path: str) -> Iterator[str]:
    for place in brand.places:
        if place.tree is not None and (path == place.image or path.startswith(f"{place.image}/")):
            yield (place.tree + path.removeprefix(place.image)).lstrip("/")
