"""A browser that saw the previous image meets the new one at the same address: nothing old may come from its cache."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from scripts.lib.records import Check
from scripts.lib.settings.pages import Page
from smoke.branding.ground import Ground
from smoke.branding.looks import Look, looks
from smoke.branding.observers import Visit
from smoke.branding.results import LAYER, Visited
from smoke.branding.visiting import PATIENCE, Trace, Visiting
from smoke.browser import launch_profile, origin


def come_back(page: Page, previous: tuple[str, Ground], present: tuple[str, Ground]) -> Check:
    """Visit a page on the container at the previous base URL, then on the present one, with one profile.

    Every proof of the page must be seen at the second visit, and at the first one not all, else it would say nothing.
    """
    look = looks(page, present[1].pages.locale)[0]
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        before = _visit(page, look, "before", previous, Path(profile))
        after = _visit(page, look, "returning", present, Path(profile))
    wrong = [*after.problems, *(one.evidence for one in after.seen if not one.passed)]
    if before.problems:
        wrong = [f"the previous image does not show it: {before.problems[0]}"]
    elif all(one.passed for one in before.seen):
        wrong = ["the previous image shows the same, so nothing can be told"]
    return Check(
        name=name_of(page),
        step=None,
        layer=LAYER,
        passed=not wrong,
        evidence="; ".join(wrong) or f"{len(after.seen)} proofs seen by a browser that saw other texts before",
        seconds=round(before.seconds + after.seconds, 2),
        files=(*before.files[:1], *after.files),
    )


def not_met(page: Page, why: str) -> Check:
    """Return the check where there is no previous image, and why: what is not known does not pass."""
    return Check(name=name_of(page), step=None, layer=LAYER, passed=False, evidence=f"not known: {why}")


def name_of(page: Page) -> str:
    """Name the check that nothing old is shown of a page."""
    return f"{page.name} is new to a browser that saw the previous image"


def _visit(page: Page, look: Look, when: str, there: tuple[str, Ground], profile: Path) -> Visited:
    address, ground = there
    with sync_playwright() as playwright, launch_profile(playwright, address, profile, look.locale) as context:
        context.set_default_timeout(PATIENCE)
        context.tracing.start(snapshots=True)
        visit = Visit(ground.image, page.name, look.locale, look.scheme, look.device)
        name = f"{page.name}.{when}"
        return Visiting(context, origin(address), ground, page, visit, name, Trace.OF_WRONG).go()
