"""Without a Chromium the missing thing is told with the way to it; nothing is started."""

from contextlib import nullcontext
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

    def launch(**given: Any) -> Any:
        started.append(given)
        return nullcontext(given)

    chromium = SimpleNamespace(executable_path=str(program), launch=launch)
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


@pytest.fixture
def of_playwright(tmp_path: Path) -> tuple[Path, Path]:
    """The two browsers that Playwright installs."""
    whole = tmp_path / "chromium-1255/chrome-linux64/chrome"
    shell = tmp_path / "chromium_headless_shell-1255/chrome-headless-shell-linux64/chrome-headless-shell"
    for program in (whole, shell):
        program.parent.mkdir(parents=True)
        program.touch()
    return whole, shell


def test_the_shell_is_taken_where_it_is_there(of_playwright: tuple[Path, Path]) -> None:
    (whole, shell), started = of_playwright, list[Any]()
    browser.launch(playwright(whole, started))
    assert f"--browser={shell}" in started[0]["args"]


def test_the_systems_shell_comes_before_its_whole_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, started = tmp_path / "chrome", list[Any]()
    program.touch()
    monkeypatch.setattr("shutil.which", lambda name: str(program) if name == browser.SHELL else None)
    browser.launch(playwright(tmp_path / "none", started))
    assert f"--browser={program}" in started[0]["args"]


def test_each_kind_of_browser_is_started_once(of_playwright: tuple[Path, Path]) -> None:
    (whole, shell), started = of_playwright, list[Any]()
    with browser.Browsers(playwright(whole, started), "http://127.0.0.1:1") as browsers:
        assert browsers.of(whole=False) is browsers.of(whole=False)
        assert browsers.of(whole=True) is browsers.of(whole=True)
    assert [given["args"][0] for given in started] == [f"--browser={shell}", f"--browser={whole}"]


def test_without_a_shell_one_browser_is_enough(tmp_path: Path) -> None:
    program, started = tmp_path / "chrome", list[Any]()
    program.touch()
    with browser.Browsers(playwright(program, started), "http://127.0.0.1:1") as browsers:
        assert browsers.of(whole=True) is browsers.of(whole=False)
    assert len(started) == 1
