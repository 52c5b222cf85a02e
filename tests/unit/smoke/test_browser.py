"""Without a Chromium the missing thing is told with the way to it; nothing is started."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.lib.errors import ResourceMissing
from smoke import browser


@pytest.fixture(autouse=True)
def _none_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)


def playwright(program: Path, started: list[Any]) -> Any:
    """Stand in for Playwright, whose own Chromium would be `program`; keeps what is started."""
    chromium = SimpleNamespace(executable_path=str(program), launch=lambda **given: started.append(given))
    return SimpleNamespace(chromium=chromium)


def test_no_chromium_is_told_with_where_it_was_looked_for(tmp_path: Path) -> None:
    started: list[Any] = []
    with pytest.raises(ResourceMissing) as missing:
        browser.launch(playwright(tmp_path / "chrome", started), "http://127.0.0.1:1")
    (problem,) = missing.value.problems
    assert problem.startswith("no Chromium is here to look at pages: no chromium, chromium-browser, google-chrome")
    assert problem.endswith(f"nor {tmp_path / 'chrome'}")
    assert missing.value.exit_code == 4
    assert "scripts/install-browser" in missing.value.hint
    assert started == []


def test_playwrights_own_is_taken_where_the_system_has_none(tmp_path: Path) -> None:
    program, started = tmp_path / "chrome", list[Any]()
    program.touch()
    browser.launch(playwright(program, started), "http://127.0.0.1:1")
    assert f"--browser={program}" in started[0]["args"]
