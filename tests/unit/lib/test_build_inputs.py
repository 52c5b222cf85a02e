"""Whether an image still stands on the base that it was made of."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from scripts.lib import bases, build_inputs, engine
from scripts.lib.bases import BaseImage
from scripts.lib.lock_file import UpstreamLock, text
from scripts.lib.settings.selection import Selection, select
from tests.tiny import make_checkout

LOCKED, OLDER, STAND_IN = (f"sha256:{one * 64}" for one in "abc")
PYTHON = "python:3.11-slim-bookworm"
MADE = "graft/base:bookworm-1"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """Product tiny in a checkout of its own, with its base locked by digest."""
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    selection = select("tiny", "test")
    selection.checkout.lock_file.write_text(text(UpstreamLock(sources={}, bases={PYTHON: LOCKED})))
    return selection


@pytest.mark.parametrize(
    ("identity", "stands_on", "there", "is_base"),
    [
        (LOCKED, PYTHON, None, True),
        (LOCKED, PYTHON, BaseImage(MADE, STAND_IN, made_here=True), True),
        (OLDER, PYTHON, None, False),
        (OLDER, PYTHON, BaseImage(f"{PYTHON}@{LOCKED}", LOCKED), False),
        (OLDER, PYTHON, BaseImage(MADE, STAND_IN, made_here=True), False),
        (STAND_IN, MADE, None, True),
        (STAND_IN, MADE, BaseImage(MADE, STAND_IN, made_here=True), True),
        (STAND_IN, MADE, BaseImage(f"{PYTHON}@{LOCKED}", LOCKED), False),
    ],
)
def test_an_image_is_of_the_locked_base_or_of_a_stand_in_that_nothing_replaced(
    identity: str,
    stands_on: str,
    there: BaseImage | None,
    is_base: bool,
    tiny: Selection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def config(_: str) -> Mapping[str, object]:
        return {"Labels": {"org.opencontainers.image.base.name": stands_on}}

    monkeypatch.setattr(bases, "find", lambda *_: there)
    monkeypatch.setattr(engine, "image_config", config)
    assert build_inputs._is_base(tiny, "python", identity, "sha256:image") is is_base
