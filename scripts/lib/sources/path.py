"""A folder on this machine, taken as it is but for .git folders; packed, so that every source is an archive."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from scripts.lib import cache
from scripts.lib.errors import GateRefused, SettingsInvalid
from scripts.lib.lock_file import LockedSource
from scripts.lib.settings.sources import PathSource
from scripts.lib.sources.place import Place, version_in


def resolve(name: str, source: PathSource, place: Place) -> LockedSource:
    """Pin the folder's content as it is now."""
    sha256 = cache.add(place.cache, lambda path: _pack(name, source, place, path))
    version = version_in(cache.place(place.cache, sha256), source.version_file, f"sources.{name}: {source.path}", place)
    return LockedSource(kind="path", version=version, resolved=sha256, address=source.path)


def bring(name: str, source: PathSource, locked: LockedSource, place: Place) -> Path:
    """Return the folder, packed; its content must be the locked one, whatever the cache holds."""
    sha256 = cache.add(place.cache, lambda path: _pack(name, source, place, path))
    if sha256 != locked.resolved:
        raise GateRefused(
            f"sources.{name}: the folder {source.path} has changed since it was locked",
            hint="to take it as it is now, run: invoke update",
        )
    return cache.place(place.cache, sha256)


def _pack(name: str, source: PathSource, place: Place, into: Path) -> None:
    """Write a tar that depends on nothing but paths, contents, links and the executable bit."""
    top = place.root / source.path
    if not top.is_dir():
        raise SettingsInvalid(f"sources.{name}.path: there is no folder {top}", hint="correct it in product.yaml")
    with tarfile.open(into, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in _below(top):
            info = tar.gettarinfo(path, f"tree/{path.relative_to(top)}")
            info.mode = 0o755 if info.mode & 0o100 else 0o644
            info.mtime, info.uid, info.gid, info.uname, info.gname = 0, 0, 0, "", ""
            if info.isreg():
                with path.open("rb") as content:
                    tar.addfile(info, content)
            else:
                tar.addfile(info)


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name == ".git":
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        else:
            yield path
