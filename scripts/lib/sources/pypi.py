"""Releases on a Python package index: the newest that is wanted, its file, and the sha256 that the index states."""

from dataclasses import dataclass
from pathlib import Path

from scripts.lib import cache
from scripts.lib.download import download, patiently
from scripts.lib.errors import CommandFailed, GateRefused, ResourceMissing, SettingsInvalid
from scripts.lib.lock_file import LockedSource
from scripts.lib.settings.sources import PypiSource
from scripts.lib.sources.place import Place
from scripts.lib.versions import is_pin, newest

TIMEOUT = 30.0
"""Seconds for the index to answer."""


@dataclass(frozen=True)
class Listed:
    """One file of a project, as the index lists it."""

    name: str
    url: str
    version: str
    kind: str
    sha256: str | None
    yanked: bool
    size: int | None = None
    """Bytes, where the index states them."""


def resolve(name: str, source: PypiSource, place: Place) -> LockedSource:  # noqa: ARG001  as all kinds
    """Pin the newest release that is wanted; a withdrawn one only where it is named."""
    files = [f for f in listed(name, source) if f.kind == source.artifact]
    version = newest(source.version, {f.version for f in files if not f.yanked or is_pin(source.version)})
    fitting = [f for f in files if f.version == version]
    if version is None:
        raise SettingsInvalid(
            f"sources.{name}: {source.project} has no {source.artifact} of version {source.version} on its index",
            hint=f"correct sources.{name}.version in product.yaml, or wait until it is uploaded",
        )
    chosen = next((f for f in fitting if f.name.endswith("-none-any.whl")), fitting[0])
    if chosen.sha256 is None:
        raise GateRefused(f"sources.{name}: the index states no sha256 for {chosen.name}", hint="use another index")
    return LockedSource(kind="pypi", version=version, resolved=chosen.sha256, address=chosen.name)


def bring(name: str, source: PypiSource, locked: LockedSource, place: Place) -> Path:
    """Return the locked file from the cache, or from the index where it is not there."""
    what = f"sources.{name}: {locked.address}"
    return cache.bring(
        place.cache,
        locked.resolved,
        what,
        lambda path: download(_listed(name, source, locked).url, path, locked.address),
    )


def _listed(name: str, source: PypiSource, locked: LockedSource) -> Listed:
    """Return the index's entry of the locked file; the index and the lock must state the same hash."""
    file = next((f for f in listed(name, source) if f.name == locked.address), None)
    if file is None:
        raise CommandFailed(
            f"sources.{name}: {source.project}'s index does not list {locked.address} any more",
            hint="run: invoke update",
        )
    if file.sha256 != locked.resolved:
        raise GateRefused(
            f"sources.{name}: {locked.address} has sha256 {file.sha256} on the index and {locked.resolved} in the lock",
            hint="a release never changes; find out who changed it before anything else",
        )
    return file


def listed(name: str, source: PypiSource) -> list[Listed]:
    """Return what the index lists; raises ResourceMissing where it cannot be asked."""
    from pypi_simple import PYPI_SIMPLE_ENDPOINT, NoSuchProjectError, PyPISimple, UnsupportedContentTypeError

    try:
        with PyPISimple(source.index or PYPI_SIMPLE_ENDPOINT) as index:
            page = patiently(lambda: index.get_project_page(source.project, timeout=TIMEOUT), _is_fault)
    except NoSuchProjectError:
        raise SettingsInvalid(
            f"sources.{name}: the index has no project {source.project!r}",
            hint=f"correct sources.{name}.project in product.yaml",
        ) from None
    except (OSError, UnsupportedContentTypeError, ValueError) as error:
        raise ResourceMissing(
            f"sources.{name}: the package index of {source.project} cannot be asked: {error}",
            hint="see whether network, HTTPS_PROXY and the source's `index` are right, then run it again",
        ) from None
    return [
        Listed(p.filename, p.url, p.version, p.package_type, p.digests.get("sha256"), p.is_yanked, p.size)
        for p in page.packages
        if p.version and p.package_type
    ]


def _is_fault(error: BaseException) -> bool:
    """Tell a connection that failed or an overloaded server from an answer."""
    answer = getattr(error, "response", None)
    return isinstance(error, OSError) and (answer is None or answer.status_code in (429, 500, 502, 503, 504))
