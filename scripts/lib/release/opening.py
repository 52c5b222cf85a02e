"""Opens a release: its wheel is unpacked and looked through once, then lies in the cache."""

import json
import shutil
import zipfile
from dataclasses import dataclass
from email.parser import BytesParser
from pathlib import Path

from filelock import FileLock

from scripts.lib import cache
from scripts.lib.errors import CommandFailed, RecordMissing
from scripts.lib.files import pattern
from scripts.lib.records import FetchedSource, digest_of
from scripts.lib.release.bundle import Bundle, Index
from scripts.lib.release.look import look_through
from scripts.lib.settings.images import LocaleChunks, Release

FORM = "1"
"""Changes whenever what is cached for a wheel does."""


def open_bundle(fetched: FetchedSource, version: str, release: Release, folder: Path) -> Bundle:
    """Return the front end of a fetched wheel, from the cache at `folder` or unpacked and looked through now.

    Raises CommandFailed, with every problem, where the wheel is of another version than `version` or its scripts are
    not of the form that the projections need.
    """
    modules = sorted(p.module for p in release.projections if isinstance(p, LocaleChunks))
    settings = json.dumps(release.model_dump(mode="json", exclude={"projections"}), sort_keys=True)
    place = folder / "releases" / digest_of(FORM, fetched.resolved, version, settings, *modules)[:24]
    place.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(place.with_suffix(".lock")):
        if not place.is_dir():
            _prepare(_Wheel(fetched.address, _stored(fetched, folder), version), release, modules, place)
    index = Index.model_validate_json((place / "index.json").read_bytes())
    return Bundle(place / "front-end", index, release.immutable)


@dataclass(frozen=True)
class _Wheel:
    name: str
    path: Path
    version: str
    """The tree's, which the wheel must have too."""


def _stored(fetched: FetchedSource, folder: Path) -> Path:
    path = cache.find(folder, Path(fetched.stored or "-").name, hashed=True)
    if path is None:
        raise RecordMissing(f"the release {fetched.address} is not in the cache, or damaged", hint="run: invoke fetch")
    return path


def _prepare(wheel: _Wheel, release: Release, modules: list[str], place: Path) -> None:
    part = place.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        _unpack(wheel, release, part / "front-end")
        index = look_through(part / "front-end", release, modules)
        (part / "index.json").write_text(index.model_dump_json())
        part.rename(place)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _unpack(wheel: _Wheel, release: Release, into: Path) -> None:
    """Unpack what the image needs; its files get the present time, so that no browser takes them for old ones."""
    left_out = [pattern(glob) for glob in release.leave_out]
    top = f"{release.front_end}/"
    try:
        with zipfile.ZipFile(wheel.path) as archive:
            _check_version(archive, wheel)
            for entry in archive.infolist():
                name = entry.filename.removeprefix(top)
                if name != entry.filename and not entry.is_dir() and not any(g.match(name) for g in left_out):
                    entry.filename = name
                    archive.extract(entry, into)
    except zipfile.BadZipFile as error:
        raise CommandFailed(f"the release {wheel.name} is no whole wheel: {error}", hint="run: invoke fetch") from None
    if not (into / release.page).is_file():
        raise CommandFailed(
            f"the release {wheel.name} has no {top}{release.page}", hint="correct release.front_end in product.yaml"
        )


def _check_version(archive: zipfile.ZipFile, wheel: _Wheel) -> None:
    found = [n for n in archive.namelist() if n.count("/") == 1 and n.endswith(".dist-info/METADATA")]
    given = BytesParser().parsebytes(archive.read(found[0]), headersonly=True)["Version"] if len(found) == 1 else None
    if given != wheel.version:
        raise CommandFailed(
            f"the release {wheel.name} is of version {given or 'unknown'}, the tree of version {wheel.version}",
            hint="run: invoke update",
        )
