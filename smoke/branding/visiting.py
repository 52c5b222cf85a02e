"""Visits one page: gets there as a person does, waits until all of it is there, and looks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Route

from scripts.lib.settings.elements import Element
from scripts.lib.settings.pages import Action
from scripts.lib.settings.pages import Page as PageSettings
from smoke.branding.expectations import SOON, SOONER, Shown, find, look
from smoke.branding.ground import Ground
from smoke.branding.observers import Visit
from smoke.branding.recorded import Recorded, matches
from smoke.branding.results import Seen, Visited
from smoke.site import NotSeen

PATIENCE = 60_000
"""Milliseconds within which what a page must show is there, also on a machine that does much else."""
SHOWN = 300
"""Characters of what Playwright says."""
DRAWN = """async () => {
  await document.fonts.ready;
  const seen = [...document.images].filter(image => image.loading !== "lazy" || image.complete);
  await Promise.all(seen.map(image => image.decode().catch(() => null)));
  for (const frame of [1, 2]) await new Promise(requestAnimationFrame);
}"""
"""Ends when fonts and pictures are there and were drawn."""


class Trace(Enum):
    """Whether what a window did is kept, with all that the page was: recording doubles some pages' work."""

    NONE = "not recorded"
    OF_WRONG = "kept where something is wrong"
    KEPT = "kept"


@dataclass(frozen=True)
class Visiting:
    """One page in one browser window."""

    context: BrowserContext
    origin: str
    ground: Ground
    settings: PageSettings
    visit: Visit
    name: str
    """Of its evidence."""
    trace: Trace = Trace.NONE
    """Its context records where this is not NONE."""
    whole: bool = False
    """Whether this is a whole browser, which tells what can be installed."""

    def go(self) -> Visited:
        """Visit the page; what is wrong is told and never raised."""
        began = time.monotonic()
        if self.trace is not Trace.NONE:
            self.context.tracing.start_chunk(title=self.name)
        page = self.context.new_page()
        recorded = self._listen(page)
        missing = self._arrive(page, recorded)
        shot = self._shoot(page)
        problems = (*missing, *recorded.problems())
        seen = tuple(self._look(page, missing))
        if not missing:
            self._show(page, recorded)
        trace = self._end_trace(wrong=bool(problems) or not all(one.passed for one in seen))
        page.close()
        seconds = round(time.monotonic() - began, 2)
        return Visited(self.visit, problems, len(recorded.responses), seen, shot, trace, seconds)

    def _listen(self, page: Page) -> Recorded:
        recorded = Recorded(page, self.origin, self.settings.without, self.ground.pages.unended)
        if self.settings.without:
            page.route(lambda url: matches(url, self.settings.without), _refuse)
        for observer in self.ground.observers:
            observer.opened(self.visit, page)
        return recorded

    def _arrive(self, page: Page, recorded: Recorded) -> list[str]:
        """Return what is not there; empty is good."""
        try:
            for action in self.settings.actions:
                with _told(action):
                    self._act(page, action)
            for element in self.settings.ready:
                with _told(element):
                    find(element, page, self.ground.words, self.visit.locale).wait_for()
            _complete(page, recorded)
        except NotSeen as error:
            return [str(error)]
        return []

    def _act(self, page: Page, action: Action) -> None:
        words, locale = self.ground.words, self.visit.locale
        if action.goto is not None:
            page.goto(self.origin + action.goto)
        elif action.click is not None:
            find(action.click, page, words, locale).click()
        elif action.fill is not None:
            find(action.fill, page, words, locale).fill(words.of(action.fill.value, locale))
        elif action.press is not None:
            page.keyboard.press(action.press)
        elif action.wait is not None:
            find(action.wait, page, words, locale).wait_for()

    def _look(self, page: Page, missing: list[str]) -> Iterator[Seen]:
        """Look at each proof; on a page that is not there none is seen."""
        words = self.ground.expects or self.ground.words
        shown = Shown(page, self.visit, words, self.ground.files, self.whole)
        for planned, proof in self.ground.proofs_on(self.settings, self.visit):
            try:
                if missing:
                    raise NotSeen(f"{self.settings.name} is not there: {missing[0]}")
                hoped = self.ground.expects is None or proof.also_upstream is not None
                yield Seen(planned, True, look(proof, replace(shown, soon=SOON if hoped else SOONER)))
            except NotSeen as error:
                yield Seen(planned, False, str(error))

    def _show(self, page: Page, recorded: Recorded) -> None:
        for observer in self.ground.observers:
            observer.page(self.visit, page)
            for response in recorded.responses:
                observer.response(self.visit, response)

    def _shoot(self, page: Page) -> str | None:
        path = self._path("png")
        try:
            page.screenshot(path=path, animations="disabled", caret="hide")
        except Error:
            return None  # a page that has crashed shows nothing, which its own check tells
        return str(path.relative_to(self.ground.root))

    def _end_trace(self, *, wrong: bool) -> str | None:
        if self.trace is Trace.NONE:
            return None
        if not wrong and self.trace is not Trace.KEPT:
            self.context.tracing.stop_chunk()
            return None
        path = self._path("zip")
        self.context.tracing.stop_chunk(path=path)
        return str(path.relative_to(self.ground.root))

    def _path(self, ending: str) -> Path:
        return self.ground.evidence / f"{self.name}.{ending}"


def _refuse(route: Route) -> None:
    route.abort()


def _complete(page: Page, recorded: Recorded) -> None:
    """Wait until every request has ended and all was drawn."""
    deadline = time.monotonic() + PATIENCE / 1000
    with _told("its pictures and fonts"):
        page.evaluate(DRAWN)
        while recorded.pending:
            if time.monotonic() > deadline:
                raise NotSeen(f"no answer has ended of: {', '.join(recorded.pending)}")
            page.evaluate(DRAWN)


@contextmanager
def _told(what: Action | Element | str) -> Iterator[None]:
    """Tell what did not succeed, in the words of the settings."""
    try:
        yield
    except Error as error:
        said = what if isinstance(what, str) else what.model_dump_json(exclude_defaults=True)
        raise NotSeen(f"{said}: {' '.join(error.message.split())[:SHOWN]}") from None
