"""A real Chromium: the system's where there is one, else Playwright's own."""

import shutil

from playwright.sync_api import Browser, Playwright

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""A page of ours is all it opens: no sandbox of its own in a container, and no calls home."""


def launch(playwright: Playwright, *more: str) -> Browser:
    """Start headless Chromium, with `more` of its own switches.

    Raises Playwright's error, which says how to install one, where there is none.
    """
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    return playwright.chromium.launch(executable_path=found, args=[*QUIET, *more])
