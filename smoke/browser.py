"""A real Chromium: the system's where there is one, else Playwright's own."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from scripts.lib.errors import ResourceMissing

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""Of the system's programs, the first that is there is taken."""
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
STEADY = Path(__file__).with_name("steady_browser")
HOST = "app.localhost"
"""Under this name every product is met: one origin for all images, which browsers trust as they trust https."""


def launch(playwright: Playwright, address: str | None = None) -> Browser:
    """Start headless Chromium, in which HOST is the machine of `address` and no other host is known.

    Without `address` all hosts are known. Raises ResourceMissing where there is no Chromium.
    """
    path, more = _steady(playwright)
    return playwright.chromium.launch(executable_path=path, args=[*more, *_arguments(address)])


def version() -> str:
    """Return the version of the browser that would be started."""
    with sync_playwright() as playwright, launch(playwright) as browser:
        return browser.version


def launch_profile(playwright: Playwright, address: str, profile: Path, locale: str) -> BrowserContext:
    """Start it with a person's own profile, a folder that keeps what was seen before."""
    path, more = _steady(playwright)
    return playwright.chromium.launch_persistent_context(
        profile, executable_path=path, args=[*more, *_arguments(address)], locale=locale
    )


def origin(address: str) -> str:
    """Return the base URL under which the browser meets what stands at the base URL `address`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{HOST}:{parts.port}" if parts.port else f"{parts.scheme}://{HOST}"


def require() -> None:
    """Raise ResourceMissing where there is no Chromium; it is not started."""
    if _of_system() is None:
        with sync_playwright() as playwright:
            _program(playwright)


def _steady(playwright: Playwright) -> tuple[str, list[str]]:
    """Return the program to start and its first arguments: Chromium as `steady_browser` starts it."""
    return str(STEADY), [f"--browser={_program(playwright)}"]


def _program(playwright: Playwright) -> str:
    found = _of_system() or playwright.chromium.executable_path
    if not Path(found).exists():
        raise ResourceMissing(
            f"no Chromium is here to look at pages: no {', '.join(NAMES)} on the path, nor {found}",
            hint="run: scripts/bootstrap scripts/install-browser",
        )
    return found


def _of_system() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _arguments(address: str | None) -> list[str]:
    rules = f"MAP {HOST} {urlsplit(address).hostname},MAP * ~NOTFOUND" if address else ""
    return [*QUIET, f"--host-resolver-rules={rules}"] if rules else list(QUIET)
