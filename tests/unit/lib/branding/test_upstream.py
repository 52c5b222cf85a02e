"""Where the untouched upstream cannot be had in seconds, that is said and passes nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import vanilla
from scripts.lib.branding.rounds import Rounds
from scripts.lib.branding.upstream import Upstream
from scripts.lib.errors import ProjectionRefused, ResourceMissing
from scripts.lib.records import Source
from scripts.lib.settings.pages import Page
from scripts.lib.settings.selection import Selection, select
from smoke.branding.returning import not_met
from tests.tiny import VERSION, make_checkout

SOURCE = Source(inputs="", version=VERSION, sources={}, licence=None, base="", points={})
LOGIN = Page.model_validate({"name": "login", "actions": [{"goto": "/"}], "ready": [{"css": "#it"}]})


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path / "checkout")))
    monkeypatch.setenv("CACHE", str(tmp_path / "cache"))
    return select("tiny", "test")


def upstream(selection: Selection) -> Upstream:
    return Upstream(Rounds(selection, "tiny-app", {}), SOURCE)


def test_without_a_release_nothing_is_known(tiny: Selection) -> None:
    bare = replace(tiny, product=tiny.product.model_copy(update={"release": None}))
    why = "no release is described for tiny-app, so its untouched upstream is not known"
    assert upstream(bare).image == why
    assert upstream(bare).shown() == why
    with pytest.raises(ResourceMissing, match="no release is described for tiny-app"):
        vanilla.identity(bare, SOURCE, "tiny-app")


def test_of_a_release_that_is_built_otherwise_nothing_is_known(
    tiny: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise ProjectionRefused("app.js: does not parse", hint="look at it")

    monkeypatch.setattr(vanilla, "ensure", refuse)
    assert upstream(tiny).shown() == "its untouched upstream cannot be built: app.js: does not parse"


def test_what_needs_a_previous_image_fails_where_there_is_none() -> None:
    check = not_met(LOGIN, "no release is described")
    assert not check.passed
    assert check.evidence == "not known: no release is described"
