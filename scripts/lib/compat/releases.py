"""Which releases of the upstream there are, and which of them a look is for."""

from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from scripts.lib import versions
from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.product import Product
from scripts.lib.settings.sources import PypiSource
from scripts.lib.sources.pypi import Listed, listed

NEWEST = 20
"""Releases that are looked at where nothing else is asked for."""


@dataclass(frozen=True)
class Release:
    """One final release: its source, and the wheel beside it where there is one."""

    version: str
    source: Listed
    wheel: Listed | None = None


@dataclass(frozen=True)
class Wish:
    """Which releases are asked for; the newest `last` of those since `since`."""

    last: int | None = None
    since: str | None = None


def find(product: Product, wish: Wish) -> list[Release]:
    """Return the releases that are wished for, oldest first; raises SettingsInvalid for what is below the range."""
    source = product.sources[product.tree]
    if not isinstance(source, PypiSource):
        raise SettingsInvalid(
            f"sources.{product.tree} is of kind {source.kind}, which has no list of releases",
            hint="look at one state of its repository: invoke compat --ref REF",
        )
    _refuse_below(product, source, wish.since)
    found = [release for release in _all(product, source) if _wanted(release, source, wish)]
    if not found:
        raise SettingsInvalid(f"no release since {wish.since} is on the index", hint="name an older one")
    return found[-wish.last :] if wish.last else found


def _refuse_below(product: Product, source: PypiSource, since: str | None) -> None:
    if since is None:
        return
    try:
        Version(since)
    except InvalidVersion:
        raise SettingsInvalid(f"--since {since}: is no version", hint="name one such as 0.12.4") from None
    floor = versions.floor(source.version)
    if floor and Version(since) < Version(floor):
        why = f": {product.compat.below}" if product.compat and product.compat.below else ""
        raise SettingsInvalid(
            f"--since {since}: the customizations are for {source.version}{why}",
            hint=f"the oldest that can be asked for: invoke compat --since {floor}",
        )


def _wanted(release: Release, source: PypiSource, wish: Wish) -> bool:
    return versions.allows(source.version, release.version) and (
        wish.since is None or Version(release.version) >= Version(wish.since)
    )


def _all(product: Product, source: PypiSource) -> list[Release]:
    """Return every final release that was not withdrawn, oldest first."""
    files = [f for f in listed(product.tree, source) if versions.is_pin(f.version) and not f.yanked and f.sha256]
    wheels = {f.version: f for f in files if f.kind == "wheel" and f.name.endswith("-none-any.whl")}
    sources = {f.version: f for f in files if f.kind == source.artifact}
    return [Release(v, sources[v], wheels.get(v)) for v in sorted(sources, key=Version)]
