"""What is laid into the tree of every release: the locked sources, kept as far as customizations look at them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.lib import lock_file, sources
from scripts.lib.compat import kept
from scripts.lib.files import Files, Laid
from scripts.lib.settings.selection import Selection
from scripts.lib.sources.place import Place


@dataclass(frozen=True)
class LaidIn:
    """One source that lies in a folder of the tree."""

    folder: str
    key: str
    """By which it is kept."""
    leave_out: tuple[str, ...]


def bring(selection: Selection, globs: Sequence[str]) -> tuple[LaidIn, ...]:
    """Keep what globs of the tree match of each source that is laid into it, as it is locked.

    Raises RecordMissing where there are such sources and no lock.
    """
    checkout, product = selection.checkout, selection.product
    if not product.laid_in:
        return ()
    lock, place = lock_file.need(checkout, product), Place(checkout.root, checkout.cache)
    parts = [
        LaidIn(str(source.into), lock.sources[name].resolved, source.leave_out)
        for name, source in product.laid_in.items()
    ]
    for name, part in zip(product.laid_in, parts, strict=True):
        if not kept.find(checkout.cache, part.key, globs, f"{part.folder}/"):
            archive = sources.bring(product, lock, name, place)
            kept.keep(checkout.cache, part.key, archive, globs, f"sources.{name}", f"{part.folder}/")
    return tuple(parts)


def tree(cache: Path, key: str, leave_out: Sequence[str], laid_in: Iterable[LaidIn]) -> Files:
    """Return the tree of one release: the files kept by `key`, and what is laid into it."""
    parts: dict[str, tuple[Files, Sequence[str]]] = {"": (kept.of(cache, key), leave_out)}
    return Laid(parts | {part.folder: (kept.of(cache, part.key), part.leave_out) for part in laid_in})
