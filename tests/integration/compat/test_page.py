"""The page of a look in a real browser: every cell says why, by pointer, finger and keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.lib.checkout import Checkout
from smoke.browser import launch
from tests.integration.compat.releases import LINE, Run
from tests.integration.test_report_page import DIM


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def page(run: Run, checkout: Checkout, browser: Browser) -> Iterator[Page]:
    """The matrix of all releases, of which two broke, on a desktop."""
    run("--all")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened, said = context.new_page(), list[str]()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on(
        "request", lambda request: said.append(request.url) if not request.url.startswith(("file:", "data:")) else None
    )
    opened.goto((checkout.out / "compat.html").as_uri())
    yield opened
    context.close()
    assert said == []


def shown(page: Page) -> list[str]:
    return page.locator("tbody tr:visible th").all_inner_texts()


def at(page: Page, release: str, step: str) -> Any:
    column = page.locator("thead th").evaluate_all("(all, step) => all.findIndex((h) => h.dataset.step === step)", step)
    return page.locator(f'tr[data-release="{release}"] > *').nth(column)


def test_the_matrix_says_why_when_one_points_taps_or_moves(page: Page) -> None:
    detail = page.locator("#detail")
    assert not detail.is_visible()
    at(page, "1.3.0", "title").hover()
    assert "moved" in detail.inner_text()
    assert f"src/app.html:{LINE}" in detail.inner_text()
    assert "<title >Acme</title>" in detail.locator("pre").inner_text()
    at(page, "1.0.0", "name").click()
    assert "name on 1.0.0" in detail.inner_text()
    page.keyboard.press("ArrowUp")
    assert "name on 1.1.0" in detail.inner_text()
    page.keyboard.press("ArrowRight")
    assert "name-suffix on 1.1.0" in detail.inner_text()
    page.keyboard.press("Escape")
    assert not detail.is_visible()


def test_the_matrix_is_reached_by_keyboard_alone(page: Page) -> None:
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TD":
            break
    assert page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert "on 1.3.0" in page.locator("#detail").inner_text()


def test_the_matrix_is_filtered_by_release_step_and_what_broke(page: Page) -> None:
    assert shown(page) == ["1.3.0", "1.2.0", "1.1.0", "1.0.0"]
    page.get_by_label("Show").select_option("broken")
    assert shown(page) == ["1.3.0", "1.2.0"]
    assert page.locator("thead th:visible").all_inner_texts() == ["release", "title"]
    page.get_by_label("Release begins with").fill("1.2")
    assert shown(page) == ["1.2.0"]
    assert page.locator("output").inner_text() == "1 of 4 releases"
    page.get_by_label("Show").select_option("all")
    page.get_by_label("Step holds the word").fill("name")
    assert page.locator("thead th:visible").all_inner_texts() == ["release", "name", "name-suffix", "app-name"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_matrix_can_be_read_by_everybody(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    at(page, "1.3.0", "title").hover()
    seen, dim = page.evaluate(DIM)
    assert seen > 50
    assert dim == []
    signs = {page.locator(f"td.{kind}").first.inner_text().split("\n")[0] for kind in ("ok", "moved")}
    assert len(signs) == 2, "a sign says it as well as the colour"


def test_the_matrix_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    at(page, "1.3.0", "title").click()
    box = page.locator("#detail").bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 780
