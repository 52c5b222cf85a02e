"""The words of a page in each language: from the product's texts, or from the tree's own translations."""

import json
from collections.abc import Mapping
from functools import cache

from scripts.lib.brand_texts import Texts
from scripts.lib.files import Files
from scripts.lib.settings.elements import KeyOf, TextOf, Words
from scripts.lib.settings.pages import PagesFile
from smoke.site import NotSeen


class Wording:
    """Says words as a locale does, with the application's placeholders filled."""

    def __init__(self, pages: PagesFile, texts: Texts, files: Files) -> None:
        """`files` is the tree whose translations the running product shows."""
        self._pages, self._texts, self._files = pages, texts, files
        self._translations = cache(self._read)

    def of(self, words: Words, locale: str) -> str:
        """Return the words; raises NotSeen where the tree has no such key."""
        match words:
            case TextOf():
                said = self._texts.value(words.text_of, locale)
            case KeyOf():
                said = self._translated(words.key, locale)
            case _:
                said = words
        for placeholder, name in self._pages.placeholders.items():
            said = said.replace("{{" + placeholder + "}}", self._texts.value(name, locale))
        return said

    def _translated(self, key: str, locale: str) -> str:
        """Where a translation is empty the key itself is shown."""
        translations = self._translations(locale)
        if key not in translations:
            raise NotSeen(f"the tree's translations for {locale} have no {key!r}")
        return translations[key] or key

    def _read(self, locale: str) -> Mapping[str, str]:
        path = (self._pages.translations or "").replace("{locale}", locale)
        data = self._files.read(path) if path else None
        if data is None:
            raise NotSeen(f"the tree has no translations {path!r} for {locale}")
        found: dict[str, str] = json.loads(data)
        return found
