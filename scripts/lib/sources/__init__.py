"""Upstream sources: from what is wanted to a pin, and from a pin to a verified artifact in the cache.

Whatever a source is, it becomes one archive in the cache; `lib/unpack.py` alone makes a tree of it. Each kind has a
module with `resolve(name, source, place)` and `bring(name, source, locked, place)`.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from scripts.lib import cache
from scripts.lib.errors import GateRefused
from scripts.lib.lock_file import LockedSource, UpstreamLock
from scripts.lib.settings.product import Product
from scripts.lib.settings.sources import PypiSource, Source
from scripts.lib.sources import wheel
from scripts.lib.sources.place import Place


def resolve_all(product: Product, place: Place) -> UpstreamLock:
    """Pin every source as it is to be had now; one that takes its version from another comes after it."""
    locked: dict[str, LockedSource] = {}
    for name, source in sorted(product.sources.items(), key=lambda item: _follows(item[1]) is not None):
        other = _follows(source)
        wanted = source.model_copy(update={"version": locked[other].version}) if other else source
        locked[name] = _kind(source).resolve(name, wanted, place)
    return UpstreamLock(sources={name: locked[name] for name in product.sources})


def bring_all(product: Product, lock: UpstreamLock, place: Place, *, hashed: bool = False) -> dict[str, Path]:
    """Return the artifact of every source, verified; the network is asked only for what the cache does not hold.

    With `hashed` nothing is trusted that was verified before, as is right when it is going to be used.
    """
    return {name: bring(product, lock, name, place, hashed=hashed) for name in product.sources}


def bring(product: Product, lock: UpstreamLock, name: str, place: Place, *, hashed: bool = False) -> Path:
    """Return the artifact of one source, as `bring_all` does."""
    source, locked = product.sources[name], lock.sources[name]
    artifact: Path = _cached(locked, place.cache, hashed) or _kind(source).bring(name, source, locked, place)
    if isinstance(source, PypiSource) and source.artifact == "wheel":
        _check_wheel(name, artifact, locked)
    return artifact


def _follows(source: Source) -> str | None:
    return source.version_of if isinstance(source, PypiSource) else None


def _kind(source: Source) -> Any:
    """Return the module of a source's kind, imported only here: the index's client alone takes 0.3 s."""
    return import_module(f"{__name__}.{source.kind}")


def _cached(locked: LockedSource, folder: Path, hashed: bool) -> Path | None:
    """Return what the cache holds; a folder on this machine is always looked at itself."""
    if locked.kind == "path":
        return None
    look = cache.named if locked.kind == "git" else cache.find
    return look(folder, locked.resolved, hashed=hashed)


def _check_wheel(name: str, path: Path, locked: LockedSource) -> None:
    version = wheel.version_of(path, f"sources.{name}: {locked.address}")
    if version != locked.version:
        raise GateRefused(
            f"sources.{name}: the wheel {locked.address} says it is version {version}, not {locked.version}",
            hint="pin another version in product.yaml and run: invoke update",
        )
