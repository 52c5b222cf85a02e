"""Walks over the pages of one running image in a browser: what every proof saw, with screenshots."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, StorageState, sync_playwright

from scripts.lib.settings.pages import Page
from smoke.branding.ground import Ground
from smoke.branding.looks import Look, Sitting, sittings
from smoke.branding.observers import Visit
from smoke.branding.results import Visited, Walked, walked
from smoke.branding.visiting import PATIENCE, Visiting
from smoke.browser import launch, origin

SCREENS = {"desktop": (1280, 800), "phone": (390, 844)}
"""Width and height in pixels."""


def walk(address: str, variant: str, ground: Ground) -> Walked:
    """Visit all pages of a variant on the container at the base URL `address`, which nobody has used before."""
    ground.evidence.mkdir(parents=True, exist_ok=True)
    kept: dict[str, StorageState] = {}
    visits: list[Visited] = []
    with sync_playwright() as playwright, launch(playwright, address) as browser:
        for one in sittings(ground.pages, variant):
            visits += _sit(browser, origin(address), ground, one, kept)
    return walked(visits, ground.proofs_of(variant))


def _sit(
    browser: Browser, base_url: str, ground: Ground, one: Sitting, kept: dict[str, StorageState]
) -> Iterator[Visited]:
    """Visit the pages of one sitting; what the browser knows of an account is read from `kept` and written there."""
    state = kept.get(one.account) if one.account else None
    with _window(browser, one.look, ground.pages.timezone, state) as context:
        for page in one.pages:
            visit = visit_of(ground.image, page, one.look)
            yield Visiting(context, base_url, ground, page, visit, _name(page, one.look)).go()
            if page.keeps:
                kept[page.keeps] = context.storage_state()


def visit_of(image: str, page: Page, look: Look) -> Visit:
    """Return how `page` is looked at."""
    return Visit(image, page.name, look.locale, look.scheme, look.device)


def _name(page: Page, look: Look) -> str:
    return f"{page.name}.{look.locale}.{look.scheme}.{look.device}"


@contextmanager
def _window(browser: Browser, look: Look, timezone: str, state: StorageState | None) -> Iterator[BrowserContext]:
    """Give a browser window as the look has it, with what was kept of an account; traced."""
    width, height = SCREENS[look.device]
    phone = look.device == "phone"
    context = browser.new_context(
        locale=look.locale,
        timezone_id=timezone,
        color_scheme=look.scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": height},
        is_mobile=phone,
        has_touch=phone,
        storage_state=state,
    )
    try:
        context.set_default_timeout(PATIENCE)
        context.tracing.start(snapshots=True)
        yield context
    finally:
        context.close()
