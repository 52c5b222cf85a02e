"""Asking an application's interface: what came is told where it is not what was expected."""

from collections.abc import Callable

import httpx
import pytest

from smoke.functions.api import Api
from smoke.site import NotSeen

Answer = Callable[[httpx.Request], httpx.Response]


def api(answer: Answer, token: str | None = None) -> Api:
    return Api("http://app", token, httpx.MockTransport(answer))


def test_json_comes_and_goes_with_the_token() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"was": request.headers["authorization"], "got": request.content.decode()})

    assert api(answer, "t").post("/a", json={"x": 1}) == {"was": "Bearer t", "got": '{"x":1}'}


def test_another_status_is_told_with_what_was_said() -> None:
    with pytest.raises(NotSeen, match=r'^GET /a answered 500: {"detail":"broken"} instead of 401 or 403$'):
        api(lambda _: httpx.Response(500, json={"detail": "broken"})).ask("GET", "/a", expect=(401, 403))


def test_a_page_in_place_of_json_is_told() -> None:
    with pytest.raises(NotSeen, match=r"^no JSON: GET /a answered 200: <html>$"):
        api(lambda _: httpx.Response(200, text="<html>")).get("/a")


def test_a_server_that_does_not_answer_is_told() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(NotSeen, match=r"^GET /a: refused$"):
        api(answer).get("/a")
    with pytest.raises(NotSeen, match=r"^POST /a: refused$"):
        list(api(answer).stream("/a", {}))


def test_a_cookie_of_one_answer_is_not_sent_with_the_next() -> None:
    sent: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("cookie"))
        return httpx.Response(200, json={}, headers={"set-cookie": "token=other"})

    one = api(answer)
    one.get("/a")
    one.get("/a")
    assert sent == [None, None]


def test_the_events_of_a_stream_come_one_by_one() -> None:
    text = 'data: {"n": 1}\n\n: a comment\n\ndata: [DONE]\n\n'
    assert list(api(lambda _: httpx.Response(200, text=text)).stream("/a", {})) == ['{"n": 1}', "[DONE]"]


def test_a_refused_stream_is_told() -> None:
    with pytest.raises(NotSeen, match=r"^POST /a answered 401: no$"):
        list(api(lambda _: httpx.Response(401, text="no")).stream("/a", {}))
