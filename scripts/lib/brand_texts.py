"""The product's own texts: a default each, and what single locales say instead."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from scripts.lib.settings.loading import load
from scripts.lib.settings.steps import JsonStep
from scripts.lib.settings.texts import TextsFile
from scripts.lib.steps.fitting import StepContext

DEFAULT = "default"


class Texts:
    """The texts that one step sets."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._texts = texts

    def value(self, text_name: str, locale: str | None = None) -> str:
        """Return a text as a locale says it; the default where the locale has none of its own."""
        by_locale = self._texts[text_name]
        return by_locale.get(locale or DEFAULT, by_locale[DEFAULT])

    def of(self, locale: str | None) -> dict[str, str]:
        """Return every text as a locale says it."""
        return {name: self.value(name, locale) for name in self._texts}

    def locales(self) -> set[str]:
        """Return every locale for which one of these texts has its own wording."""
        return {locale for by_locale in self._texts.values() for locale in by_locale} - {DEFAULT}

    def has_all(self, locale: str) -> bool:
        """Tell whether a locale has its own wording of every text."""
        return all(locale in by_locale for by_locale in self._texts.values())


def texts(step: JsonStep, context: StepContext) -> Texts:
    """Return the texts of a step. That they are there was checked when the settings were read."""
    known = _read_anew(context.customizations / step.texts)
    return Texts({name: known[name] for name in step.set.values()})


def all_texts(path: Path) -> Texts:
    """Return the texts of a texts file; none where there is no such file."""
    return Texts(_read_anew(path) if path.exists() else {})


def _read_anew(path: Path) -> Mapping[str, Mapping[str, str]]:
    """Return what a file says now; it is read again only after it has changed."""
    return _read(path, path.stat().st_mtime_ns).texts


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> TextsFile:
    return load(path, TextsFile)
