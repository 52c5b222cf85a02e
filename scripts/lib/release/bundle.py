"""The front end of an already built release (a wheel), unpacked once for each wheel, and what was found in it."""

import json
import posixpath
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.parser import BytesParser
from functools import cached_property
from pathlib import Path
from typing import ParamSpec, TypeVar

from filelock import FileLock

from scripts.lib.errors import CommandFailed, RecordMissing
from scripts.lib.files import pattern
from scripts.lib.records import FetchedSource, digest_of
from scripts.lib.release.chunks import UnexpectedScript, decode_locale, locale_map, takes_names
from scripts.lib.settings.base import Frozen
from scripts.lib.settings.images import LocaleChunks, Release

P = ParamSpec("P")
T = TypeVar("T")
FORM = "1"
"""Changes whenever what is cached for a wheel does."""


class LocaleChunk(Frozen):
    """Where a release keeps the texts of one locale."""

    path: str
    texts: str
    """Identity of the texts, as `texts_identity` has it."""


class Index(Frozen):
    """What was found in a release's scripts."""

    locales: dict[str, dict[str, LocaleChunk]]
    """Module of a projection -> locale -> its chunk."""
    version: str | None
    """The build's own name of itself, which page and scripts must agree on."""
    version_places: dict[str, int]
    """Script -> how often it names that version."""


@dataclass(frozen=True)
class Bundle:
    """An unpacked front end, which nobody may change; a tree of files in the sense of `lib/files.py`."""

    folder: Path
    index: Index
    immutable: str

    def read(self, path: str) -> bytes | None:
        file = self.folder / path
        return file.read_bytes() if file.is_file() else None

    def names(self) -> list[str]:
        return self._names

    @cached_property
    def _names(self) -> list[str]:
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file())

    def scripts(self) -> Iterator[tuple[str, bytes]]:
        """Return every script of the immutable folder with its content."""
        for name in scripts_of(self.names(), self.immutable):
            yield name, (self.folder / name).read_bytes()


def scripts_of(names: list[str], immutable: str) -> list[str]:
    return [n for n in names if n.startswith(f"{immutable}/") and n.endswith((".js", ".mjs"))]


def texts_identity(texts: dict[str, str]) -> str:
    """Return one hash over a locale's texts, whatever their order."""
    return digest_of(json.dumps(texts, sort_keys=True))


def open_bundle(fetched: FetchedSource, version: str, release: Release, cache: Path) -> Bundle:
    """Return the front end of a fetched wheel, from the cache or unpacked and looked through now.

    Raises CommandFailed, with every problem, where the wheel is of another version than `version` or its scripts are
    not of the form that the projections need.
    """
    modules = sorted(p.module for p in release.projections if isinstance(p, LocaleChunks))
    settings = json.dumps(release.model_dump(mode="json", exclude={"projections"}), sort_keys=True)
    place = cache / "releases" / digest_of(FORM, fetched.resolved, version, settings, *modules)[:24]
    place.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(place.with_suffix(".lock")):
        if not place.is_dir():
            _prepare(_Wheel(fetched.address, _stored(fetched, cache), version), release, modules, place)
    index = Index.model_validate_json((place / "index.json").read_bytes())
    return Bundle(place / "front-end", index, release.immutable)


@dataclass(frozen=True)
class _Wheel:
    name: str
    path: Path
    version: str
    """The tree's, which the wheel must have too."""


def _stored(fetched: FetchedSource, cache: Path) -> Path:
    path = cache / (fetched.stored or "-")
    if not path.is_file():
        raise RecordMissing(f"the release {fetched.address} is not in the cache", hint="run: invoke fetch")
    return path


def _prepare(wheel: _Wheel, release: Release, modules: list[str], place: Path) -> None:
    part = place.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        _unpack(wheel, release, part / "front-end")
        index = _Look(part / "front-end", release).index(modules)
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


class _Look:
    """Looks through an unpacked front end and gathers what does not hold."""

    def __init__(self, folder: Path, release: Release) -> None:
        self._bundle = Bundle(folder, Index(locales={}, version=None, version_places={}), release.immutable)
        self._release = release
        self._problems: list[str] = []

    def index(self, modules: list[str]) -> Index:
        scripts = {name: data.decode(errors="replace") for name, data in self._bundle.scripts()}
        self._check_references(scripts)
        locales = {module: self._locales(module, scripts) for module in modules}
        version = self._version()
        if self._problems:
            raise CommandFailed(self._problems, hint="this release is built otherwise than the projections expect")
        places = {name: n for name, text in scripts.items() if version and (n := text.count(version))}
        return Index(locales=locales, version=version, version_places=places)

    def _locales(self, module: str, scripts: dict[str, str]) -> dict[str, LocaleChunk]:
        maps = {n: found for n, text in scripts.items() if (found := self._read(n, locale_map, text, module))}
        if len(maps) != 1:
            where = f"in {len(maps)} scripts: {', '.join(sorted(maps))}" if maps else "in no script"
            self._problems.append(f"the map of {module} stands {where}; it must stand in one")
            return {}
        ((holder, found),) = maps.items()
        paths = {locale: posixpath.normpath(posixpath.join(holder, "..", to)) for locale, to in found.items()}
        self._check_importers(set(paths.values()), {n: text for n, text in scripts.items() if n != holder})
        chunks = {locale: self._chunk(locale, path, scripts) for locale, path in paths.items()}
        return {locale: chunk for locale, chunk in chunks.items() if chunk}

    def _chunk(self, locale: str, path: str, scripts: dict[str, str]) -> LocaleChunk | None:
        if path not in scripts:
            self._problems.append(f"{path}: the release does not have this chunk of locale {locale}")
            return None
        texts = self._read(path, decode_locale, scripts[path])
        return None if texts is None else LocaleChunk(path=path, texts=texts_identity(texts))

    def _check_importers(self, chunks: set[str], scripts: dict[str, str]) -> None:
        """Chunks are written anew with a default export alone, so nothing may take another one."""
        names = {posixpath.basename(path) for path in chunks}
        for name, text in scripts.items():
            taken = self._read(name, takes_names, text, names) or []
            self._problems += [f"{name}: takes more than the default export of {chunk}" for chunk in taken]

    def _check_references(self, scripts: dict[str, str]) -> None:
        """Only the page may name the immutable folder, which is renamed."""
        word = f"{self._release.immutable}/"
        styles = {n: self._text(n) for n in self._bundle.names() if n.endswith((".css", ".html"))}
        for name, text in (scripts | styles).items():
            if (word in text) != (name == self._release.page):
                state = "does not name" if name == self._release.page else "names"
                self._problems.append(f"{name}: {state} {word}, which is renamed")

    def _version(self) -> str | None:
        if self._release.version_file is None:
            return None
        try:
            return str(json.loads(self._text(self._release.version_file))["version"])
        except (ValueError, KeyError, TypeError):
            self._problems.append(f"{self._release.version_file}: has no JSON with a version")
            return None

    def _text(self, name: str) -> str:
        return (self._bundle.read(name) or b"").decode(errors="replace")

    def _read(self, name: str, look: Callable[P, T], *given: P.args, **more: P.kwargs) -> T | None:
        """Look at a script; where it is not of the expected form, keep that with its name."""
        try:
            return look(*given, **more)
        except UnexpectedScript as error:
            self._problems.append(f"{name}: {error}")
            return None
