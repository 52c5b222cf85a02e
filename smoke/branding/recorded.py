"""What a page asked for and what it got."""

from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Response

ENDLESS = ("websocket", "eventsource", "media")
"""Kinds of requests that may stay open while a page is complete."""
NO_PAGE = ("script", "stylesheet", "font", "image", "media", "manifest")
"""Kinds of requests whose answer is never a page."""
FILES = (".js", ".mjs", ".css", ".json", ".wasm", ".ttf", ".woff", ".woff2", ".png", ".svg", ".ico", ".webp", ".mp4")
LEFT = "net::ERR_ABORTED"
"""The page itself no longer wanted it."""


class Recorded:
    """Listens to one page from its first request on."""

    def __init__(self, page: Page, origin: str, without: tuple[str, ...] = (), unended: tuple[str, ...] = ()) -> None:
        """`without` are globs of paths that are kept from answering, `unended` of those that need not end."""
        self._origin, self._without, self._unended = origin, without, unended
        self.responses: list[Response] = []
        self.failed: list[Request] = []
        self._pending: dict[Request, None] = {}
        page.on("request", self._began)
        page.on("response", self._answered)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._failed)

    @property
    def pending(self) -> list[str]:
        """Addresses that have not answered yet."""
        return [request.url for request in self._pending]

    def problems(self) -> list[str]:
        """Return what did not come, and what came in the place of something else."""
        refused = [f"{r.url} answered {r.status}" for r in self._own() if r.status >= 400]
        fallen = [f"{r.url}, a {r.request.resource_type}, was answered by a page" for r in self._own() if _fell_back(r)]
        failed = [f"{r.url} failed: {r.failure}" for r in self.failed if self._matters(r)]
        return [*refused, *fallen, *failed]

    def _own(self) -> list[Response]:
        return [response for response in self.responses if response.url.startswith(self._origin)]

    def _began(self, request: Request) -> None:
        if request.resource_type not in ENDLESS and not matches(request.url, self._unended):
            self._pending[request] = None

    def _answered(self, response: Response) -> None:
        self.responses.append(response)

    def _ended(self, request: Request) -> None:
        self._pending.pop(request, None)

    def _failed(self, request: Request) -> None:
        self._ended(request)
        self.failed.append(request)

    def _matters(self, request: Request) -> bool:
        own = request.url.startswith(self._origin)
        return own and request.failure != LEFT and not matches(request.url, self._without)


def matches(url: str, globs: tuple[str, ...]) -> bool:
    """Tell whether an address's path matches one of the globs, in which * stands for slashes too."""
    return any(fnmatchcase(urlsplit(url).path, glob) for glob in globs)


def _fell_back(response: Response) -> bool:
    """Tell whether a page came for something else, as single-page servers answer what they do not know."""
    asked = response.request
    a_file = asked.resource_type in NO_PAGE or urlsplit(response.url).path.endswith(FILES)
    return a_file and not asked.is_navigation_request() and "text/html" in response.headers.get("content-type", "")
