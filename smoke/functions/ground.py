"""What the checks of one stand work on: the application as anybody, the servers beside it, and a browser."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from playwright.sync_api import Error, Page, sync_playwright

from scripts.lib.errors import CommandFailed
from scripts.lib.files import Files
from scripts.lib.secret import Secret
from scripts.lib.settings.product import Product
from smoke.browser import launch, origin
from smoke.functions.api import Api
from smoke.site import NotSeen

T = TypeVar("T")
SEEN = 400
"""Characters of a browser's error that are told."""


class Ended(Protocol):
    """How a container ended."""

    @property
    def exit_code(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def by_force(self) -> bool: ...


class Peer(Protocol):
    """A server beside the stand."""

    @property
    def place(self) -> str: ...


class Standing(Protocol):
    """A stand, whoever made it."""

    @property
    def address(self) -> str: ...
    @property
    def given(self) -> Mapping[str, str | Secret]: ...
    @property
    def sidecars(self) -> Mapping[str, Peer]: ...
    def start(self) -> float: ...
    def stop(self) -> Ended: ...


class Ground:
    """One running stand, for one check after the other."""

    def __init__(
        self, stand: Standing, product: Product, tree: Files, others: Mapping[str, "Ground"], folder: Path
    ) -> None:
        """`tree` is the customized source, `others` are all grounds by the names of their stands.

        `folder` takes what a browser showed when a check failed.
        """
        self.shots: list[Path] = []
        self._folder = folder
        self._numbers = count(1)
        self.product = product
        self.tree = tree
        self.others = others
        self._stand = stand
        self._opened = ExitStack()
        self._kept: dict[str, Any] = {}

    @property
    def address(self) -> str:
        """Base URL of the application now; a restart may change it."""
        return self._stand.address

    @property
    def given(self) -> Mapping[str, str]:
        """The application's environment variables as they were given, secrets revealed."""
        return {n: v.reveal() if isinstance(v, Secret) else v for n, v in self._stand.given.items()}

    def api(self, token: str | None = None) -> Api:
        """Give the application's interface for who has this token, or for nobody."""
        return self._opened.enter_context(closing(Api(self.address, token)))

    def beside(self, name: str) -> Api:
        """Give the interface of a server beside the stand."""
        return self._opened.enter_context(closing(Api(f"http://{self._stand.sidecars[name].place}")))

    def once(self, what: str, make: Callable[[], T]) -> T:
        """Return what an earlier check made under this name, or make it."""
        if what not in self._kept:
            self._kept[what] = make()
        return cast(T, self._kept[what])

    def stop(self) -> Ended:
        """Ask the application to end; its data stay."""
        return self._stand.stop()

    def start(self) -> float:
        """Start it again, where it does not run; returns the seconds until it was healthy."""
        try:
            return self._stand.start()
        except CommandFailed as failure:
            raise NotSeen("; ".join(failure.problems)) from None

    @contextmanager
    def page(self, kept: Mapping[str, str]) -> Iterator[Page]:
        """Give a page of a browser of its own, which meets the application as smoke.browser's HOST; NotSeen on errors.

        `kept` is what the browser's local storage holds from the beginning.
        """
        with _worded(), sync_playwright() as playwright, closing(launch(playwright, self.address)) as browser:
            page = browser.new_page(base_url=origin(self.address))
            page.add_init_script(f"Object.assign(localStorage, {json.dumps(dict(kept))})")
            try:
                yield page
            except (Error, AssertionError):
                self._keep(page)
                raise

    def _keep(self, page: Page) -> None:
        """Keep what the page shows; where it shows nothing any more, that is not what is to be told."""
        with suppress(Error):
            shot = self._folder / f"failed-{next(self._numbers)}.png"
            page.screenshot(path=shot)
            self.shots.append(shot)

    def close(self) -> None:
        """Give back all that was opened."""
        self._opened.close()


@contextmanager
def _worded() -> Iterator[None]:
    """Turn a browser's error, or what it did not show, into NotSeen."""
    try:
        yield
    except (Error, AssertionError) as error:
        raise NotSeen(" ".join(str(error).split())[:SEEN]) from None
