"""What a browser complains of while pages are visited, worded so that two images of one upstream can be compared."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Response

from smoke.branding.observers import Observer, Visit

NEVER_PAGES = frozenset({"script", "stylesheet", "font", "image", "manifest", "media"})
"""Kinds of requests that no page answers, unless the server does not know them and falls back to its only page."""
_QUERY = re.compile(r"\?[^\s'\"()]*")
_PLACE = re.compile(r":\d+(:\d+)?\b(?!\.)")
_NAMED_ANEW = re.compile(r"\b(?=[0-9a-f-]*\d)[0-9a-f]{8,}(-[0-9a-f]{4,}){0,4}\b|\b\d{6,}\b")


class Complaints(Observer):
    """Keeps every console error, uncaught error and answer of another kind; what fails to load is a console error."""

    def __init__(self, immutable: str | None) -> None:
        """`immutable` is the folder of scripts whose names differ from one build to the next, where there is one."""
        self._immutable = immutable
        self._heard: dict[str, set[str]] = {}

    @property
    def of_pages(self) -> Mapping[str, frozenset[str]]:
        """Name of every visited page -> what was heard there, in whatever locale, scheme and device."""
        return {page: frozenset(heard) for page, heard in self._heard.items()}

    def opened(self, visit: Visit, page: Page) -> None:
        heard = self._heard.setdefault(visit.page, set())

        def keep(said: str) -> None:
            heard.add(plain(said, urlsplit(page.url).netloc, self._immutable))

        def console(message: ConsoleMessage) -> None:
            if message.type == "error":
                keep(f"console: {_first_line(message.text)} ({message.location['url']})")

        def uncaught(error: Error) -> None:
            keep(f"uncaught {error.name}: {_first_line(error.message)}")

        page.on("console", console)
        page.on("pageerror", uncaught)

    def response(self, visit: Visit, response: Response) -> None:
        kind = response.request.resource_type
        if kind in NEVER_PAGES and response.ok and "html" in response.headers.get("content-type", ""):
            said = f"{kind} {response.url} is answered by a page"
            self._heard[visit.page].add(plain(said, urlsplit(response.url).netloc, self._immutable))


def plain(said: str, host: str, immutable: str | None) -> str:
    """Return a complaint without what differs from one run or build to the next.

    That is: the address at `host` (with its port), queries, the names of scripts below `immutable`, places in them,
    identifiers and times.
    """
    text = re.sub(rf"\w+://{re.escape(host)}", "", said) if host else said
    text = _QUERY.sub("", text)
    if immutable:
        text = re.sub(rf"/{re.escape(immutable)}[^/\s]*/([\w/]+)/[^/\s'\"():]+\.(\w+)", rf"/{immutable}/\1/*.\2", text)
    return _NAMED_ANEW.sub("*", _PLACE.sub("", text))


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
