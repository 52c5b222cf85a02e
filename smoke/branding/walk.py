"""Walks over the pages of one running image in a browser: what every proof saw, with screenshots."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby

from playwright.sync_api import BrowserContext, StorageState, sync_playwright

from scripts.lib.settings.pages import Page
from smoke.branding.ground import Ground
from smoke.branding.looks import Look, Sitting, accounts_are_there, by_account, sittings
from smoke.branding.observers import Visit
from smoke.branding.results import Visited, Walked, walked, with_second
from smoke.branding.visiting import PATIENCE, Trace, Visiting
from smoke.browser import Browsers, origin

SCREENS = {"desktop": (1280, 800), "phone": (390, 844)}
"""Width and height in pixels."""
AT_ONCE = 2
"""Browsers that share what is left to visit of one container."""


def walk(address: str, variant: str, ground: Ground) -> Walked:
    """Visit all pages of a variant on the container at the base URL `address`, which nobody has used before.

    Once every account is there, browsers share the sittings that are left, each account's in one of them: an
    application may tell all windows of an account what one of them does.
    """
    ground.evidence.mkdir(parents=True, exist_ok=True)
    every, kept = list(sittings(ground.pages, variant)), dict[str, StorageState]()
    first = accounts_are_there(every)
    seen = _sit(every[:first], address, ground, kept)
    shares = by_account(every[first:]) if first else [every]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for of_share in pool.map(lambda share: _sit(share, address, ground, kept), shares):
            seen |= of_share
    return walked([visited for one in every for visited in seen[one]], ground.proofs_of(variant))


def _sit(
    share: Sequence[Sitting], address: str, ground: Ground, kept: dict[str, StorageState]
) -> dict[Sitting, list[Visited]]:
    """Visit the pages of some sittings, one after the other, in browsers of their own."""
    if not share:
        return {}
    with sync_playwright() as playwright, Browsers(playwright, address) as browsers:
        walker = _Walker(browsers, origin(address), ground, kept)
        return {one: list(walker.sit(one)) for one in share}


@dataclass(frozen=True)
class _Walker:
    """Visits pages, in windows as their looks have them."""

    browsers: Browsers
    base_url: str
    ground: Ground
    kept: dict[str, StorageState]
    """What a browser knows of an account, by its name."""

    def sit(self, one: Sitting) -> Iterator[Visited]:
        """Visit the pages of one sitting.

        One that keeps an account cannot be visited twice, so it is recorded; others once more where something is wrong.
        """
        for whole, pages in groupby(one.pages, lambda page: self.ground.needs_whole(page, one.look)):
            trace = Trace.OF_WRONG if one.keeps else Trace.NONE
            with self._window(one, whole, trace) as context:
                for page in pages:
                    visited = self._visiting(context, page, one.look, whole, trace).go()
                    if one.keeps:
                        self.kept[one.keeps] = context.storage_state()
                    yield visited if one.keeps or not visited.wrong else self._again(visited, page, one, whole)

    def _again(self, first: Visited, page: Page, one: Sitting, whole: bool) -> Visited:
        """Visit a page once more, recorded; nothing but what that shows is kept of it."""
        if self.ground.expects is not None:
            return first  # it is meant to show something else
        unseen = replace(self, ground=replace(self.ground, observers=()))
        with self._window(one, whole, Trace.KEPT) as context:
            second = unseen._visiting(context, page, one.look, whole, Trace.KEPT, ".again").go()
        return with_second(first, second)

    def _visiting(
        self, context: BrowserContext, page: Page, look: Look, whole: bool, trace: Trace, more: str = ""
    ) -> Visiting:
        name = f"{page.name}.{look.locale}.{look.scheme}.{look.device}{more}"
        visit = visit_of(self.ground.image, page, look)
        return Visiting(context, self.base_url, self.ground, page, visit, name, trace, whole)

    @contextmanager
    def _window(self, one: Sitting, whole: bool, trace: Trace) -> Iterator[BrowserContext]:
        """Give a browser window as the look has it, with what was kept of the account."""
        width, height = SCREENS[one.look.device]
        phone = one.look.device == "phone"
        context = self.browsers.of(whole=whole).new_context(
            locale=one.look.locale,
            timezone_id=self.ground.pages.timezone,
            color_scheme=one.look.scheme,
            reduced_motion="reduce",
            viewport={"width": width, "height": height},
            is_mobile=phone,
            has_touch=phone,
            storage_state=self.kept.get(one.account) if one.account else None,
        )
        try:
            context.set_default_timeout(PATIENCE)
            if trace is not Trace.NONE:
                context.tracing.start(snapshots=True)
            yield context
        finally:
            context.close()


def visit_of(image: str, page: Page, look: Look) -> Visit:
    """Return how `page` is looked at."""
    return Visit(image, page.name, look.locale, look.scheme, look.device)
