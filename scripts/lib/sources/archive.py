"""A .tar.* or .zip at a path of this checkout or behind http(s)."""

import shutil
from pathlib import Path

from scripts.lib import cache
from scripts.lib.download import download
from scripts.lib.errors import SettingsInvalid
from scripts.lib.lock_file import LockedSource
from scripts.lib.settings.sources import ArchiveSource
from scripts.lib.sources.place import Place, version_in


def resolve(name: str, source: ArchiveSource, place: Place) -> LockedSource:
    """Pin what lies there now, with the version that its tree names."""
    sha256 = cache.add(place.cache, lambda path: _read(name, source, place, path))
    version = version_in(cache.place(place.cache, sha256), source.version_file, f"sources.{name}: {source.url}", place)
    return LockedSource(kind="archive", version=version, resolved=sha256, address=source.url)


def bring(name: str, source: ArchiveSource, locked: LockedSource, place: Place) -> Path:
    """Return the locked archive from the cache, or from its address where it is not there."""
    what = f"sources.{name}: {source.url}"
    return cache.bring(place.cache, locked.resolved, what, lambda path: _read(name, source, place, path))


def _read(name: str, source: ArchiveSource, place: Place, into: Path) -> None:
    if source.url.startswith(("http://", "https://")):
        download(source.url, into, f"sources.{name}")
        return
    path = place.root / source.url
    if not path.is_file():
        raise SettingsInvalid(f"sources.{name}.url: there is no file {path}", hint="correct it in product.yaml")
    shutil.copyfile(path, into)
