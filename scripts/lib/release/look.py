"""Looks through the scripts of an unpacked release for what projections need to know, and for what they cannot bear."""

import json
import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from scripts.lib.errors import ProjectionRefused
from scripts.lib.release.bundle import Bundle, Index, LocaleChunk, texts_identity
from scripts.lib.release.chunks import UnexpectedScript, decode_locale, locale_map, takes_names
from scripts.lib.settings.images import Release

P = ParamSpec("P")
T = TypeVar("T")


def look_through(folder: Path, release: Release, modules: list[str]) -> Index:
    """Return what was found in the front end at `folder`; `modules` name the locale maps to look for.

    Raises ProjectionRefused with every place that is not of the form that the projections need.
    """
    return _Look(folder, release).index(modules)


class _Look:
    """Looks through an unpacked front end and gathers what does not hold."""

    def __init__(self, folder: Path, release: Release) -> None:
        self._bundle = Bundle(folder, Index(locales={}, version=None, version_places={}), release.immutable)
        self._release = release
        self._word = f"{release.immutable}/"
        self._problems: list[str] = []

    def index(self, modules: list[str]) -> Index:
        scripts = {name: data.decode(errors="replace") for name, data in self._bundle.scripts()}
        self._check_references(scripts)
        locales = {module: self._locales(module, scripts) for module in modules}
        version = self._version()
        if self._problems:
            raise ProjectionRefused(self._problems, hint="this release is built otherwise than the projections expect")
        places = {name: n for name, text in scripts.items() if version and (n := text.count(version))}
        return Index(locales=locales, version=version, version_places=places, styles=self._styles())

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
        """Only page and styles may name the immutable folder, which is renamed."""
        pages = {n: self._text(n) for n in self._bundle.names() if n.endswith(".html")}
        for name, text in (scripts | pages).items():
            if (self._word in text) != (name == self._release.page):
                state = "does not name" if name == self._release.page else "names"
                self._problems.append(f"{name}: {state} {self._word}, which is renamed")

    def _styles(self) -> tuple[str, ...]:
        return tuple(n for n in self._bundle.names() if n.endswith(".css") and self._word in self._text(n))

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
