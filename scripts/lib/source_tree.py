"""The tree of which customizations speak: one source at its top, and those of others in folders of it."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.lib.errors import SettingsInvalid
from scripts.lib.files import pattern
from scripts.lib.settings.product import Product
from scripts.lib.unpack import Manifest, unpack


@dataclass(frozen=True)
class SourceTree:
    """What was laid out."""

    files: Manifest
    """Every file of the tree."""
    sources: Mapping[str, Manifest]
    """Source -> its own files that lie in the tree, by their paths in the source."""


def sources_of(product: Product) -> list[str]:
    """Return the sources whose files are the tree; its top first."""
    return [product.tree, *product.laid_in]


def lay_out(product: Product, artifacts: Mapping[str, Path], folder: Path) -> SourceTree:
    """Lay the tree into the new folder `folder`; `artifacts` are the sources, packed.

    Raises CommandFailed where one cannot be unpacked, SettingsInvalid with every folder that the tree has already.
    """
    sources = {product.tree: _unpack(product, product.tree, artifacts, folder)}
    files = dict(sources[product.tree])
    _refuse_taken(product, files)
    for name, source in product.laid_in.items():
        place = folder / str(source.into)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(place, ignore_errors=True)  # at most folders without a file
        sources[name] = _unpack(product, name, artifacts, place)
        files |= {f"{source.into}/{path}": sha256 for path, sha256 in sources[name].items()}
    return SourceTree(dict(sorted(files.items())), sources)


def _unpack(product: Product, name: str, artifacts: Mapping[str, Path], folder: Path) -> Manifest:
    files = unpack(artifacts[name], folder, f"sources.{name}")
    return _without(files, product.sources[name].leave_out, folder)


def _without(files: Manifest, globs: Iterable[str], folder: Path) -> Manifest:
    """Remove what the globs match, and the folders that hold nothing any more; return what stays."""
    wanted = [pattern(glob) for glob in globs]
    left_out = {path for path in files if any(one.match(path) for one in wanted)}
    for path in left_out:
        (folder / path).unlink()
    parents = {parent for path in left_out for parent in Path(path).parents if parent != Path()}
    for parent in sorted(parents, reverse=True):
        if not any((folder / parent).iterdir()):
            (folder / parent).rmdir()
    return {path: sha256 for path, sha256 in files.items() if path not in left_out}


def _refuse_taken(product: Product, files: Manifest) -> None:
    """A folder is taken where a file lies below it, or where it, or one above it, is a file itself."""
    taken = [
        f"sources.{name}.into: the tree has {source.into} already, such as {found}"
        for name, source in product.laid_in.items()
        if (found := next((path for path in files if _in_the_way(f"{source.into}/", f"{path}/")), None))
    ]
    if taken:
        raise SettingsInvalid(taken, hint="name another folder, or leave out that of the tree with its leave_out")


def _in_the_way(folder: str, path: str) -> bool:
    return path.startswith(folder) or folder.startswith(path)
