"""A checkout of Tiny whose runs are told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.lib import engine
from scripts.lib.report import found, model
from scripts.lib.report.model import Report
from scripts.lib.settings.selection import Selection, select
from tests.tiny import make_checkout
from tests.told import NOW, Told, tell

Telling = Callable[[Told], Report]


@pytest.fixture
def selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """An empty checkout, and an engine that has every image."""
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path / "checkout")))
    monkeypatch.setenv("CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(engine, "held", lambda _, reference: reference)
    return select("tiny", "test")


@pytest.fixture
def telling(selection: Selection) -> Telling:
    """Writes the records of a run and works its report out."""

    def told(run: Told) -> Report:
        tell(selection, run)
        return model.of(found.gather(selection, NOW))

    return told
