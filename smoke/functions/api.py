"""Asks an application's interface: JSON in and out, with a status that was expected or NotSeen with what came."""

from collections.abc import Collection, Iterator
from typing import Any

import httpx

from smoke.site import SHOWN, NotSeen

TIMEOUT = 30
"""Seconds for one answer, and between two pieces of one."""


class Api:
    """One application as one user, or as nobody."""

    def __init__(self, base_url: str, token: str | None = None, transport: httpx.BaseTransport | None = None) -> None:
        """`transport` stands in for the network in tests."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.token = token
        self._client = httpx.Client(
            base_url=base_url, headers=headers, timeout=TIMEOUT, trust_env=False, transport=transport
        )

    def ask(self, method: str, path: str, *, expect: Collection[int] = (200,), **given: Any) -> httpx.Response:
        """Return the answer, whose status must be one of `expect`; `given` goes to httpx (json, params, files …)."""
        try:
            answer = self._client.request(method, path, **given)
        except httpx.HTTPError as error:
            raise NotSeen(f"{method} {path}: {error or type(error).__name__}") from None
        self._client.cookies.clear()  # who asks is told by the token alone
        if answer.status_code not in expect:
            raise NotSeen(f"{worded(answer)} instead of {' or '.join(map(str, expect))}")
        return answer

    def get(self, path: str, **given: Any) -> Any:
        """Return the JSON at a path."""
        return decoded(self.ask("GET", path, **given))

    def post(self, path: str, **given: Any) -> Any:
        """Return the JSON that came for what was sent."""
        return decoded(self.ask("POST", path, **given))

    def stream(self, path: str, json: Any) -> Iterator[str]:
        """Send JSON and give the data of each server-sent event as it comes."""
        try:
            with self._client.stream("POST", path, json=json) as answer:
                if answer.status_code != httpx.codes.OK:
                    answer.read()
                    raise NotSeen(worded(answer))
                for line in answer.iter_lines():
                    if line.startswith("data:"):
                        yield line.removeprefix("data:").strip()
        except httpx.HTTPError as error:
            raise NotSeen(f"POST {path}: {error or type(error).__name__}") from None

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()


def decoded(answer: httpx.Response) -> Any:
    """Return an answer's JSON; raises NotSeen where it has none."""
    try:
        return answer.json()
    except ValueError:
        raise NotSeen(f"no JSON: {worded(answer)}") from None


def worded(answer: httpx.Response) -> str:
    """Word an answer in a line."""
    text = " ".join(answer.text.split())[:SHOWN]
    return f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}: {text}"
