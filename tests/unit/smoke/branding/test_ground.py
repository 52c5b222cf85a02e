"""Which visits need a whole browser: it alone tells what can be installed, and is asked once a proof."""

from pathlib import Path
from typing import Any

import pytest

from scripts.lib.brand_texts import Texts
from scripts.lib.files import FileMap
from scripts.lib.settings.pages import PagesFile
from scripts.lib.settings.proofs import BrowserProof
from smoke.branding.ground import Ground
from smoke.branding.looks import looks
from smoke.branding.words import Wording
from smoke.checks import Planned

LOGIN = {"name": "login", "locales": ["de-DE"], "actions": [{"goto": "/"}], "ready": [{"css": "h1"}]}
PAGES = PagesFile.model_validate({"locale": "pt-PT", "timezone": "UTC", "pages": [LOGIN, LOGIN | {"name": "chat"}]})
MANIFEST = {"manifest": {"name": "Acme", "icons": ["logo.png"]}}


def whole(*proofs: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return the looks at the pages that need a whole browser."""
    planned = [Planned("a proof", None, BrowserProof(layer="browser", page="login", **proof)) for proof in proofs]
    words = Wording(PAGES, Texts({}), FileMap({}))
    ground = Ground("app", PAGES, words, FileMap({}), planned, Path("out"), Path("out/evidence"))
    return [
        (page.name, one.locale, one.scheme, one.device)
        for page in PAGES.pages
        for one in looks(page, "pt-PT")
        if ground.needs_whole(page, one)
    ]


@pytest.mark.parametrize(
    ("more", "first"),
    [
        ({}, ("login", "pt-PT", "light", "desktop")),
        ({"schemes": ["dark"]}, ("login", "pt-PT", "dark", "desktop")),
        ({"locales": ["de-DE"]}, ("login", "de-DE", "light", "desktop")),
    ],
)
def test_the_first_visit_that_looks_at_a_manifest_does(more: dict[str, Any], first: tuple[str, ...]) -> None:
    assert whole({**MANIFEST, **more}) == [first]


def test_what_every_browser_sees_needs_none() -> None:
    assert whole({"title": "Acme"}) == []
