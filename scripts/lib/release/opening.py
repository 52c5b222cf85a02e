"""Opens a release: its wheel is unpacked and looked through once, then lies in the cache, whole or not at all."""

import json
import os
import shutil
import weakref
import zipfile
import zlib
from dataclasses import dataclass
from email.parser import BytesParser
from pathlib import Path

from scripts.lib import cache, console
from scripts.lib.errors import CommandFailed, RecordMissing
from scripts.lib.files import pattern
from scripts.lib.records import FetchedSource, digest_of
from scripts.lib.release import unpacked
from scripts.lib.release.bundle import Bundle, Index
from scripts.lib.release.look import look_through
from scripts.lib.settings.images import LocaleChunks, Release
from scripts.lib.unpack import Caps

FORM = "3"
"""Changes whenever what is cached for a wheel does."""


def open_bundle(fetched: FetchedSource, version: str, release: Release, folder: Path) -> Bundle:
    """Return the front end of a fetched wheel, from the cache at `folder` or unpacked and looked through now.

    Raises CommandFailed where the wheel is of another version than `version`; ProjectionRefused, with every problem,
    where its scripts are not of the form that the projections need.
    """
    modules = sorted(p.module for p in release.projections if isinstance(p, LocaleChunks))
    settings = json.dumps(release.model_dump(mode="json", exclude={"projections"}), sort_keys=True)
    place = unpacked.folder(folder) / digest_of(FORM, fetched.resolved, version, settings, *modules)[:24]
    place.parent.mkdir(parents=True, exist_ok=True)
    with unpacked.lock(place):
        fresh = not _is_whole(place)
        if fresh:
            shutil.rmtree(place, ignore_errors=True)
            _prepare(_Wheel(fetched.address, _stored(fetched, folder), version), release, modules, place)
        held = unpacked.use(place)
    index = Index.model_validate_json((place / "index.json").read_bytes())
    bundle = Bundle(place / "front-end", index, release.immutable)
    weakref.finalize(bundle, os.close, held)
    for name, size in unpacked.trim(folder).items() if fresh else ():
        console.note(f"  removed the unpacked release {name} from the cache, {console.size(size)}")
    return bundle


def _is_whole(place: Path) -> bool:
    """Tell whether the release is there and every byte of it as it was unpacked; images are linked from it."""
    content = place / "content"
    return content.is_file() and content.read_text() == _content(place / "front-end")


def _content(folder: Path) -> str:
    """Return one hash over the paths and bytes of a folder."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return digest_of(*(f"{file.relative_to(folder)} {cache.hash_of(file)}" for file in files))


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
        (part / "content").write_text(_content(part / "front-end"))
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
            _check_size(archive, wheel)
            for entry in archive.infolist():
                name = entry.filename.removeprefix(top)
                if name != entry.filename and not entry.is_dir() and not any(g.match(name) for g in left_out):
                    entry.filename = name
                    archive.extract(entry, into)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
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


def _check_size(archive: zipfile.ZipFile, wheel: _Wheel) -> None:
    """An entry never unpacks to more than it says."""
    size = sum(entry.file_size for entry in archive.infolist())
    if size > Caps().size:
        raise CommandFailed(
            f"the release {wheel.name} is larger than {Caps().size} bytes when unpacked", hint="look at what it holds"
        )
