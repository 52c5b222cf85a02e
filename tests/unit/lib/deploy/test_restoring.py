"""While half of a backup is in a stack's volumes or settings, a volume of its own says so."""

from pathlib import Path
from typing import Any

import pytest

from scripts.lib import engine
from scripts.lib.deploy import restoring
from scripts.lib.errors import SettingsInvalid

MARK = "tiny-test-restoring"


@pytest.fixture
def volumes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The engine's volumes, name -> labels."""
    there: dict[str, Any] = {}
    monkeypatch.setattr(engine, "volume_labels", there.get)
    monkeypatch.setattr(engine, "create_volume", lambda labels, name: there.setdefault(name, labels))
    monkeypatch.setattr(engine, "remove_volume", lambda name: there.pop(name, None))
    return there


def test_the_mark_stays_where_restoring_breaks_off_and_goes_at_its_end(volumes: dict[str, Any]) -> None:
    with pytest.raises(KeyboardInterrupt), restoring.marked("tiny-test", "tiny", Path("/first")):
        raise KeyboardInterrupt
    assert restoring.half("tiny-test") == "/first"
    with restoring.marked("tiny-test", "tiny", Path("/second")):
        assert restoring.half("tiny-test") == "/second"
    assert volumes == {}


def test_a_volume_of_somebody_else_under_the_marks_name_is_never_removed(volumes: dict[str, Any]) -> None:
    volumes[MARK] = {}
    with pytest.raises(SettingsInvalid, match=f"{MARK} is none of ours"), restoring.marked("tiny-test", "tiny", Path()):
        raise AssertionError("it went on")
    assert volumes == {MARK: {}}
