"""A running product as a browser meets it: its answers, kept for the run, and the scripts that its page loads."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from ssl import SSLContext
from threading import Lock
from urllib.parse import urljoin

import httpx

AT_ONCE = 8
"""Requests under way together."""
SHOWN = 80
"""Characters of an unexpected answer that are shown."""
_IMPORT = re.compile(
    r"""\b(?:from|import|import\s*\(|new\s+URL\()\s*["'`]((?:\.{1,2})?/[^"'`?#\s]+\.m?js)["'`]""",
)
_ON_PAGE = re.compile(r"""\b(?:src|href)\s*=\s*["']((?:\.{0,2}/)?[^"':?#\s]+\.m?js)["']""")


class NotSeen(Exception):
    """What a proof asks for is not there; says what came instead."""


@dataclass(frozen=True)
class Answer:
    """What came for one path."""

    path: str
    status: int
    kind: str
    """Media type without parameters."""
    body: bytes
    location: str | None = None

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def __str__(self) -> str:
        to = f" to {self.location}" if self.location else ""
        return f"GET {self.path} answered {self.status}{to} {self.kind}: {' '.join(self.text.split())[:SHOWN]}"


class Site:
    """Reads one running product; a path is asked once."""

    def __init__(
        self,
        base_url: str,
        page: str = "/",
        transport: httpx.BaseTransport | None = None,
        verify: SSLContext | bool = True,
    ) -> None:
        """`page` is the path of the page whose scripts count; `transport` stands in for the network in tests."""
        self._client = httpx.Client(
            base_url=base_url,
            verify=verify,
            transport=transport,
            timeout=20,
            trust_env=False,
            headers={"Accept-Encoding": "identity"},
            limits=httpx.Limits(max_connections=AT_ONCE),
        )
        self._page = page
        self._answers: dict[str, Answer] = {}
        self._scripts: tuple[str, ...] | None = None
        self._crawling = Lock()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, path: str) -> Answer:
        """Return the answer with status 200; raises NotSeen with what came on any other, a redirect too."""
        answer = self._answer(path)
        if answer.status != httpx.codes.OK:
            raise NotSeen(str(answer))
        return answer

    def fell_back(self, answer: Answer) -> bool:
        """Tell whether the page itself came for another path, as single-page servers answer what they do not know."""
        other = answer.path.partition("?")[0] != self._page
        return other and "html" in answer.kind and answer.body == self._answer(self._page).body

    def script(self, path: str) -> str:
        """Return a script; raises NotSeen where a page is answered in its place, as single-page servers do."""
        answer = self.get(path)
        if "javascript" not in answer.kind:
            raise NotSeen(f"not a script: {answer}")
        return answer.text

    def scripts(self) -> tuple[str, ...]:
        """Return the path of every script that the page can load, itself or through other scripts."""
        with self._crawling:
            if self._scripts is None:
                self._scripts = self._crawl()
            return self._scripts

    def _answer(self, path: str) -> Answer:
        if path not in self._answers:
            self._answers[path] = self._ask(path)
        return self._answers[path]

    def _ask(self, path: str) -> Answer:
        try:
            answer = self._client.get(path)
        except httpx.HTTPError as error:
            raise NotSeen(f"GET {path}: {error or type(error).__name__}") from None
        kind = answer.headers.get("content-type", "no type").split(";")[0]
        return Answer(path, answer.status_code, kind, answer.content, answer.headers.get("location"))

    def _crawl(self) -> tuple[str, ...]:
        found: set[str] = set()
        ahead = set(_named_on_page(self._page, self.get(self._page).text))
        if not ahead:
            raise NotSeen(f"no script stands on the page: {self.get(self._page)}")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while ahead:
                found |= ahead
                named = pool.map(lambda path: set(_imported(path, self.script(path))), ahead)
                ahead = set().union(*named) - found
        return tuple(sorted(found))


def _named_on_page(page: str, text: str) -> Iterator[str]:
    """Paths of the scripts that a page loads: by tags, preloaded, or imported in a script within it."""
    text = unescape(text)
    for name in (*_ON_PAGE.findall(text), *_IMPORT.findall(text)):
        yield urljoin(page, name)


def _imported(path: str, script: str) -> Iterator[str]:
    """Paths of the scripts that a script imports or starts as workers."""
    for name in _IMPORT.findall(script):
        yield urljoin(path, name)
