"""A real Chromium: the system's where there is one, else Playwright's own.

There are two kinds: the whole browser, and its headless shell, which draws the same pages without a browser around
them, for less than half of the work. The shell is taken where it is there; what it never tells the whole one is asked.
"""

import shutil
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from scripts.lib.errors import ResourceMissing

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""Of the system's programs, the first that is there is taken."""
SHELL = "chromium-headless-shell"
OWN_SHELL = ("chromium", "chromium_headless_shell"), "chrome-headless-shell*/chrome-headless-shell"
"""Where Playwright's own shell lies: what its folder is called beside the whole browser's, and the program in it."""
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


class Browsers:
    """The browsers of one walk over pages at the base URL `address`, each started when it is first asked for."""

    def __init__(self, playwright: Playwright, address: str) -> None:
        self._started = ExitStack()
        self._programs = cache(lambda whole: _program(playwright, whole=whole))
        self._browsers = cache(lambda program: self._started.enter_context(_start(playwright, address, program)))

    def of(self, *, whole: bool) -> Browser:
        """Give a browser: the whole one, or whichever is quickest."""
        return self._browsers(self._programs(whole))

    def __enter__(self) -> "Browsers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        self._started.close()


def launch(playwright: Playwright, address: str | None = None) -> Browser:
    """Start the quickest headless Chromium, in which HOST is the machine of `address` and no other host is known.

    Without `address` all hosts are known. Raises ResourceMissing where there is no Chromium.
    """
    return _start(playwright, address, _program(playwright))


def version() -> str:
    """Return the kind and version of the browser that would be started."""
    with sync_playwright() as playwright, launch(playwright) as browser:
        return f"{Path(_program(playwright)).name} {browser.version}"


def launch_profile(playwright: Playwright, address: str, profile: Path, locale: str) -> BrowserContext:
    """Start it with a person's own profile, a folder that keeps what was seen before."""
    return playwright.chromium.launch_persistent_context(
        profile, executable_path=str(STEADY), args=_arguments(address, _program(playwright)), locale=locale
    )


def origin(address: str) -> str:
    """Return the base URL under which the browser meets what stands at the base URL `address`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{HOST}:{parts.port}" if parts.port else f"{parts.scheme}://{HOST}"


def require() -> None:
    """Raise ResourceMissing where there is no whole Chromium; it is not started."""
    if _of_system() is None:
        with sync_playwright() as playwright:
            _program(playwright, whole=True)


def _start(playwright: Playwright, address: str | None, program: str) -> Browser:
    """Start a program, which `steady_browser` becomes."""
    return playwright.chromium.launch(executable_path=str(STEADY), args=_arguments(address, program))


def _program(playwright: Playwright, *, whole: bool = False) -> str:
    own = Path(playwright.chromium.executable_path)
    shell = None if whole else (shutil.which(SHELL) or _own_shell(own))
    found = shell or _of_system() or str(own)
    if not Path(found).exists():
        raise ResourceMissing(
            f"no Chromium is here to look at pages: no {', '.join(NAMES)} on the path, nor {found}",
            hint="run: scripts/bootstrap scripts/install-browser",
        )
    return found


def _own_shell(browser: Path) -> str | None:
    """Return the shell that Playwright installs together with its own `browser`; None where it is not there."""
    (name, shells), program = OWN_SHELL
    folder = next((up for up in browser.parents if up.name.startswith(f"{name}-")), None)
    found = sorted(folder.with_name(folder.name.replace(name, shells, 1)).glob(program)) if folder else []
    return str(found[0]) if found else None


def _of_system() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _arguments(address: str | None, program: str) -> list[str]:
    rules = f"MAP {HOST} {urlsplit(address).hostname},MAP * ~NOTFOUND" if address else ""
    return [f"--browser={program}", *QUIET, *([f"--host-resolver-rules={rules}"] if rules else [])]
