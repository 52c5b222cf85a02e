"""The report in a real browser: asks for nothing, fits a phone, can be read by everybody."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.lib import engine, report
from scripts.lib.records import Leak
from scripts.lib.settings.selection import select
from smoke.browser import launch
from tests.tiny import make_checkout
from tests.told import Told, tell

Scheme = Literal["light", "dark"]
DESKTOP, PHONE = (1280, 900), (360, 780)
LARGEST = 5_000_000
READABLE = 4.5
"""Contrast of text with its ground, as WCAG 2 asks for at level AA."""
LEAK = Leak(surface="backend", place="backend/tiny/static/" + "long-name-" * 20, word="Tiny", excerpt="<title>Tiny")
RUNS = {
    "whole": Told(pages=("login", "chat", "about"), locales=("pt-PT", "de-DE")),
    "refused": Told(failed=frozenset({"title", "name"}), leaks=(LEAK,), wrong="x" * 400),
    "without-a-browser": Told(parts=("proofs",)),
    "empty": None,
}
DIM = """() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const found = channels(getComputedStyle(one).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
      if (found[3] !== 0) throw new Error("a ground that lets another through");
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const dim = [];
  let seen = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    const [one, other] = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    seen += 1;
    if (contrast < READABLE) dim.push(`${contrast.toFixed(2)}: ${texts.currentNode.data.trim().slice(0, 40)}`);
  }
  return [seen, dim];
}""".replace("READABLE", str(READABLE))
"""Counts the texts that are shown and names those that are hard to read."""
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true })"
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), place = one.getBoundingClientRect();
  const shown = place.top >= 0 && place.bottom <= innerHeight + 1 && place.width > 0;
  return [one.textContent.trim().split("\\n")[0], parseFloat(style.outlineWidth), style.outlineStyle, shown];
}"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Run -> its page."""
    pages = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "held", lambda _, reference: reference)
        for name, told in RUNS.items():
            patch.setenv("CHECKOUT", str(make_checkout(tmp_path_factory.mktemp(name))))
            chosen = select("tiny", "test")
            if told:
                tell(chosen, told)
            pages[name] = report.write(chosen)
    return pages


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


Opened = Callable[..., tuple[Page, list[str]]]


@pytest.fixture
def opened(written: dict[str, Path], browser: Browser) -> Iterator[Opened]:
    """Opens the page of a run; returns it with what it said on the console or asked for."""
    contexts = []

    def open_page(run: str, size: tuple[int, int] = DESKTOP, scheme: Scheme = "light") -> tuple[Page, list[str]]:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith("data:") else said.append(request.url))
        address = written[run].as_uri()
        page.goto(address)
        said.remove(address)
        return page, said

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("run", RUNS)
def test_it_asks_for_nothing_says_nothing_and_is_small(run: str, opened: Opened, written: dict[str, Path]) -> None:
    page, said = opened(run)
    page.evaluate(OPEN_ALL)
    assert said == []
    assert written[run].stat().st_size < LARGEST


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("run", RUNS)
def test_nothing_reaches_beyond_the_screen(run: str, size: tuple[int, int], opened: Opened) -> None:
    page, _ = opened(run, size)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("run", RUNS)
def test_every_text_can_be_read(run: str, scheme: Scheme, opened: Opened) -> None:
    page, _ = opened(run, DESKTOP, scheme)
    page.evaluate(OPEN_ALL)
    seen, dim = page.evaluate(DIM)
    assert dim == []
    assert seen > 30


def test_every_picture_is_decoded_and_named(opened: Opened) -> None:
    page, _ = opened("whole")
    page.evaluate(OPEN_ALL)
    page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
    images: list[dict[str, Any]] = page.evaluate(
        "[...document.images].map((i) => ({ alt: i.alt, width: i.naturalWidth, given: i.width, tall: i.height }))"
    )
    assert len(images) > 30
    assert [one for one in images if not one["alt"] or not one["width"] or not one["tall"]] == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(opened: Opened) -> None:
    page, _ = opened("refused")
    count = page.locator("a:visible, summary:visible").count()
    reached = []
    for _ in range(count):
        page.keyboard.press("Tab")
        text, width, style, shown = page.evaluate(FOCUSED)
        reached.append(text)
        assert (width >= 2, style, shown) == (True, "solid", True), text
    assert reached[0] == "Skip to the content"
    assert len(reached) == count
    assert [name for name in reached if name == "title"] == ["title"]


def test_the_skip_link_leads_to_the_content_and_a_row_opens_by_key(opened: Opened) -> None:
    page, _ = opened("whole")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    row = page.locator("#customizations details").first
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    assert row.evaluate("one => one.open")


def test_a_link_to_a_view_opens_the_row_in_which_it_is(opened: Opened) -> None:
    page, _ = opened("refused")
    page.evaluate("document.querySelectorAll('#pages details').forEach((one) => { one.open = false })")
    assert not page.locator("#view-1").is_visible()
    page.locator("a[href='#view-1']:visible").first.click()
    page.locator("#view-1").wait_for(state="visible")


def test_on_paper_closed_rows_are_shown_too(opened: Opened) -> None:
    page, _ = opened("whole")
    page.emulate_media(media="print")
    assert page.locator("#customizations details:not([open]) .checks").first.evaluate("one => one.checkVisibility()")


def test_a_reader_that_speaks_finds_the_parts_by_name(opened: Opened) -> None:
    page, _ = opened("refused")
    regions = page.get_by_role("region")
    assert regions.first.get_attribute("aria-labelledby") == "h-problems"
    assert page.get_by_role("navigation", name="On this page").count() == 1
    assert page.get_by_role("heading", level=1).inner_text().startswith("Refused: ")
    assert page.get_by_text("Failed:", exact=True).count() == 5
