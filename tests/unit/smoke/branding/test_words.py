"""Words in each language: from the product's texts, or from the tree's own translations."""

import pytest

from scripts.lib.brand_texts import Texts
from scripts.lib.files import FileMap
from scripts.lib.settings.elements import KeyOf, TextOf
from scripts.lib.settings.pages import PagesFile
from smoke.branding.words import Wording
from smoke.site import NotSeen

PAGES = PagesFile.model_validate(
    {
        "locale": "pt-PT",
        "timezone": "UTC",
        "translations": "locales/{locale}.json",
        "placeholders": {"NAME": "name"},
        "pages": [{"name": "a", "actions": [{"goto": "/"}], "ready": [{"css": "h1"}]}],
    }
)
TEXTS = Texts({"name": {"default": "Acme"}, "enter": {"default": "Enter {{NAME}}", "pt-PT": "Entrar no {{NAME}}"}})
WORDS = Wording(PAGES, TEXTS, FileMap({"locales/pt-PT.json": b'{"Go": "Ir", "At {{NAME}}": ""}'}))


def test_a_text_is_said_as_the_locale_does_with_its_placeholders_filled() -> None:
    assert WORDS.of(TextOf(text_of="enter"), "pt-PT") == "Entrar no Acme"
    assert WORDS.of(TextOf(text_of="enter"), "de-DE") == "Enter Acme"


def test_a_key_is_translated_as_the_tree_does() -> None:
    assert WORDS.of(KeyOf(key="Go"), "pt-PT") == "Ir"


def test_an_empty_translation_shows_the_key() -> None:
    assert WORDS.of(KeyOf(key="At {{NAME}}"), "pt-PT") == "At Acme"


def test_words_are_words() -> None:
    assert WORDS.of("Acme", "pt-PT") == "Acme"


def test_a_key_that_the_tree_lacks_is_not_seen() -> None:
    with pytest.raises(NotSeen, match="the tree's translations for pt-PT have no 'Gone'"):
        WORDS.of(KeyOf(key="Gone"), "pt-PT")


def test_a_locale_that_the_tree_lacks_is_not_seen() -> None:
    with pytest.raises(NotSeen, match=r"the tree has no translations 'locales/de-DE\.json' for de-DE"):
        WORDS.of(KeyOf(key="Go"), "de-DE")
