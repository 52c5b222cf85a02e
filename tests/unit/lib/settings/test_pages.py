"""Pages and browser proofs: what cannot be meant is told with its place before a run begins."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.pages import PagesFile
from scripts.lib.settings.proofs import BrowserProof
from scripts.lib.settings.selection import select
from tests.tiny import TINY

PAGES = "customizations/tiny/pages.yaml"
STEPS = "customizations/tiny/steps.yaml"
Spoil = Callable[[str, str, str], None]


@pytest.fixture
def spoil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spoil:
    """Replace a text that stands once in a file of Tiny's settings."""
    shutil.copytree(TINY / "checkout", tmp_path / "checkout")
    monkeypatch.setenv("CHECKOUT", str(tmp_path / "checkout"))

    def replace(name: str, old: str, new: str) -> None:
        path = tmp_path / "checkout" / name
        assert path.read_text().count(old) == 1
        path.write_text(path.read_text().replace(old, new))

    return replace


PRODUCT = "customizations/tiny/product.yaml"


def refused() -> str:
    with pytest.raises(SettingsInvalid) as caught:
        select("tiny", "test")
    return "\n".join(caught.value.problems)


def test_the_pages_of_a_product_are_selected(spoil: Spoil) -> None:
    pages = select("tiny", "test").pages
    assert pages is not None
    assert [page.name for page in pages.pages] == ["login", "loading", "greeting"]


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (STEPS, "page: loading", "page: loadin", "step title: proofs[1].page: unknown page 'loadin', did you mean"),
        (STEPS, "page: login, title", "page: login, locales: [fr-FR], title", "login is not visited in 'fr-FR'"),
        (STEPS, "page: login, title: Acme", "page: login, theme_colour: { light: '#fff' }", "in the dark scheme too"),
        (STEPS, "page: login, title: Acme", "page: login, title: { text_of: nam }", "has no text 'nam', did you mean"),
        (STEPS, "favicon: [static/favicon.png]", "favicon: [static/f.png]", "favicon: the step does not change"),
        (STEPS, "page: login, title: Acme", "page: login", "needs exactly one of: title, see, picture, favicon"),
        (STEPS, "title: Acme }", "title: { txt: Acme } }", "must be the words themselves, or text_of or key"),
        (PAGES, "WEBUI_NAME: name", "WEBUI_NAME: nam", "pages.yaml: "),
        (PAGES, "variant: greeting", "variant: greetin", "page greeting: no variant 'greetin'"),
        (PAGES, "returning: [greeting]", "returning: [greetin]", "returning: no page is called 'greetin'"),
        (
            PAGES,
            "returning: [",
            "races: [{ complaint: a, pages: [x], why: b }]\nreturning: [",
            "races: no page is called 'x'",
        ),
        (PAGES, "ready: [{ css: h1 }]", "ready: [{ css: h1, role: heading }]", "needs exactly one of: css, role"),
        (PAGES, "locales: [de-DE, en-US]", "locales: [German]", "locales[0]"),
        (PAGES, "timezone: Europe/Lisbon", "timezon: Europe/Lisbon", "timezon: unknown key, did you mean 'timezone'?"),
    ],
)
def test_what_cannot_be_meant_is_told(spoil: Spoil, name: str, old: str, new: str, told: str) -> None:
    if old == "title: Acme }":
        spoil(name, f"page: login, {old}", f"page: login, {new}")
    else:
        spoil(name, old, new)
    assert told in refused()


def test_a_browser_proof_without_pages_is_told(spoil: Spoil, tmp_path: Path) -> None:
    (tmp_path / "checkout" / PAGES).unlink()
    assert "step title: proofs[1].page: there is no" in refused()


def page(name: str = "one", **more: Any) -> dict[str, Any]:
    return {"name": name, "actions": [{"goto": "/"}], "ready": [{"css": "h1"}], **more}


def told_of(*pages: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        PagesFile.model_validate({"locale": "pt-PT", "timezone": "UTC", "pages": pages})
    return str(caught.value)


def test_a_page_that_stands_twice_is_told() -> None:
    assert "page one stands twice" in told_of(page(), page())


def test_an_account_that_no_earlier_page_keeps_is_told() -> None:
    assert "page one: no earlier page of plain keeps account 'admin'" in told_of(
        page(account="admin"), page("two", keeps="admin")
    )


def test_actions_begin_with_an_address() -> None:
    assert "must begin with goto" in told_of(page(actions=[{"press": "Enter"}]))


def test_an_action_is_one_thing() -> None:
    assert "needs exactly one of: goto, click" in told_of(page(actions=[{"goto": "/", "press": "Enter"}]))


def test_a_proof_says_what_it_expects() -> None:
    assert BrowserProof(layer="browser", page="one", title="Acme").expects == "title"


def test_a_gate_that_has_something_to_look_at_cannot_be_left_out(spoil: Spoil) -> None:
    spoil(PRODUCT, "\ntree: upstream\n", "\nnot_asked: { branding: no brand }\ntree: upstream\n")
    assert "product.yaml: not_asked.branding: there is what it looks at: pages.yaml, browser proofs of" in refused()
