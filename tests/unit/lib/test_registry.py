"""The registry's client against a registry in memory: answers, refusals, faults, logins."""

import json
from collections.abc import Callable

import httpx
import pytest

from scripts.lib.errors import CommandFailed, ResourceMissing
from scripts.lib.registry import DOCKER_MANIFEST, Manifest, Registry, UploadLost, digest
from scripts.lib.registry_login import Login
from scripts.lib.secret import Secret

BODY = json.dumps({"config": {"digest": "sha256:" + "1" * 64}, "layers": []}).encode()
Answer = Callable[[httpx.Request], httpx.Response]


def registry(answer: Answer, login: Login | None = None, slept: list[float] | None = None) -> Registry:
    waits: list[float] = [] if slept is None else slept
    return Registry("r.example", login, login_hint="log in", transport=httpx.MockTransport(answer), sleep=waits.append)


def in_turn(*answers: httpx.Response | Exception) -> Answer:
    rest = list(answers)

    def answer(_: httpx.Request) -> httpx.Response:
        one = rest.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    return answer


def good() -> httpx.Response:
    return httpx.Response(200, content=BODY, headers={"Content-Type": DOCKER_MANIFEST})


def test_a_manifest_tells_its_digest_and_the_image_id() -> None:
    found = registry(lambda _: good()).manifest("a/b", "tag")
    assert found is not None
    assert (found.digest, found.image_id) == (digest(BODY), "sha256:" + "1" * 64)


def test_an_index_is_nobodys_image() -> None:
    assert Manifest(b'{"manifests": []}', "application/vnd.oci.image.index.v1+json").image_id is None


def test_what_is_not_there_is_none_and_no_failure() -> None:
    assert registry(lambda _: httpx.Response(404)).manifest("a/b", "tag") is None


@pytest.mark.parametrize(
    ("code", "words", "hint"),
    [
        (401, "does not know us", "log in"),
        (403, "does not allow it", "let this login push"),
        (429, "asks to wait", "later"),
        (500, "failed", "registry's log"),
    ],
)
def test_what_could_not_be_asked_says_why(code: int, words: str, hint: str) -> None:
    errors = {"errors": [{"code": "SOME", "message": "own words"}]}
    with pytest.raises(CommandFailed) as failure:
        registry(lambda _: httpx.Response(code, json=errors)).manifest("a/b", "tag")
    said = failure.value.problems[0]
    assert words in said
    assert f"r.example answered {code} to GET /v2/a/b/manifests/tag: SOME own words" in said
    assert hint in failure.value.hint


def test_a_registry_that_is_down_is_a_missing_resource_with_its_name() -> None:
    def down(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    with pytest.raises(ResourceMissing, match=r"r\.example cannot be reached: Connection refused"):
        registry(down).manifest("a/b", "tag")


def test_a_transient_fault_is_tried_again() -> None:
    slept: list[float] = []
    answers = in_turn(httpx.Response(503), httpx.RemoteProtocolError("cut off"), good())
    assert registry(answers, slept=slept).manifest("a/b", "tag")
    assert slept == [0.2, 0.4]


def test_a_registry_that_asks_to_wait_is_waited_for() -> None:
    slept: list[float] = []
    answers = in_turn(httpx.Response(429, headers={"Retry-After": "7"}), good())
    assert registry(answers, slept=slept).manifest("a/b", "tag")
    assert slept == [7.0]


def test_a_registry_that_asks_to_wait_for_an_hour_is_not_waited_for() -> None:
    slept: list[float] = []
    with pytest.raises(CommandFailed, match="asks to wait"):
        registry(lambda _: httpx.Response(429, headers={"Retry-After": "3600"}), slept=slept).manifest("a/b", "tag")
    assert slept == []


def test_a_refusal_is_not_tried_again() -> None:
    with pytest.raises(CommandFailed, match="403"):
        registry(in_turn(httpx.Response(403))).manifest("a/b", "tag")


def test_a_manifest_of_another_digest_than_the_one_asked_for_is_refused() -> None:
    with pytest.raises(CommandFailed, match=f"asked for sha256:{'0' * 64}, got a manifest of {digest(BODY)}"):
        registry(lambda _: good()).manifest("a/b", f"sha256:{'0' * 64}")


def test_a_damaged_blob_is_refused() -> None:
    with pytest.raises(CommandFailed, match="is damaged"):
        registry(lambda _: httpx.Response(200, content=b"other")).blob("a/b", digest(b"this"))


def test_basic_credentials_are_told_only_when_asked_for() -> None:
    told: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        told.append(request.headers.get("Authorization"))
        return good() if told[-1] else httpx.Response(401, headers={"WWW-Authenticate": 'Basic realm="r"'})

    assert registry(answer, Login("ada", Secret("pw"))).manifest("a/b", "tag")
    assert told == [None, "Basic YWRhOnB3"]


def test_a_token_is_fetched_with_the_login_and_fetched_anew_when_it_has_expired() -> None:
    issued: list[str] = []
    bearer = 'Bearer realm="https://auth.example/token",service="r",scope="repository:a/b:pull,push"'

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "auth.example":
            assert request.headers["Authorization"] == "Basic YWRhOnB3"
            assert dict(request.url.params) == {"service": "r", "scope": "repository:a/b:pull,push"}
            issued.append(f"t{len(issued)}")
            return httpx.Response(200, json={"token": issued[-1]})
        valid = issued and request.headers.get("Authorization") == f"Bearer {issued[-1]}"
        return good() if valid else httpx.Response(401, headers={"WWW-Authenticate": bearer})

    asked = registry(answer, Login("ada", Secret("pw")))
    assert asked.manifest("a/b", "tag")
    issued.append("a later one, which the registry now wants")
    assert asked.manifest("a/b", "tag")
    assert len(issued) == 3


def test_a_wrong_password_is_refused_and_never_shown() -> None:
    refused = httpx.Response(401, headers={"WWW-Authenticate": 'Basic realm="r"'})
    with pytest.raises(CommandFailed, match="does not know us") as failure:
        registry(in_turn(refused, refused), Login("ada", Secret("hunter2"))).manifest("a/b", "tag")
    assert "hunter2" not in str(failure.value)


def test_a_password_is_never_told_in_the_clear() -> None:
    told: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        told.append(request.url.host)
        return httpx.Response(401, headers={"WWW-Authenticate": 'Bearer realm="http://auth.example/token"'})

    with pytest.raises(CommandFailed, match="does not know us"):
        registry(answer, Login("ada", Secret("pw"))).manifest("a/b", "tag")
    assert told == ["r.example"]


def test_another_host_that_takes_the_bytes_is_not_told_who_we_are() -> None:
    told: dict[str, str | None] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        told[f"{request.method} {request.url.host}"] = request.headers.get("Authorization")
        if request.method == "POST" and not request.headers.get("Authorization"):
            return httpx.Response(401, headers={"WWW-Authenticate": 'Basic realm="r"'})
        code = 201 if request.method == "PUT" else 202
        return httpx.Response(code, headers={"Location": "https://store.example/upload"})

    registry(answer, Login("ada", Secret("pw"))).upload("a/b", [b"x"])
    assert told == {"POST r.example": "Basic YWRhOnB3", "PATCH store.example": None, "PUT store.example": None}


class Uploads:
    """An upload in memory, which fails at chosen parts after having taken some bytes of them."""

    def __init__(self, faults: dict[int, int]) -> None:
        self.data, self.faults, self.patches = b"", faults, 0
        self.closed_as = ""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        here = {"Location": "/v2/a/b/blobs/uploads/1?state=x"}
        if request.method == "PATCH":
            self.patches += 1
            taken = self.faults.get(self.patches)
            self.data += request.content if taken is None else request.content[:taken]
            if taken is not None:
                raise httpx.WriteError("broken pipe")
        if request.method == "PUT":
            self.closed_as = request.url.params["digest"]
            return httpx.Response(201)
        return httpx.Response(
            204 if request.method == "GET" else 202,
            headers=here | {"Range": f"0-{max(0, len(self.data) - 1)}"},
        )


@pytest.mark.parametrize("faults", [{}, {1: 0}, {1: 1000}, {2: 5}, {1: 9 << 20}])
def test_an_upload_goes_on_from_where_a_lost_connection_left_off(faults: dict[int, int]) -> None:
    uploads = Uploads(faults)
    pieces = [bytes([n]) * (3 << 20) for n in range(5)]
    blob = registry(uploads).upload("a/b", pieces)
    assert uploads.data == b"".join(pieces)
    assert (blob.digest, blob.size) == (digest(b"".join(pieces)), 15 << 20)
    assert uploads.closed_as == blob.digest


def test_a_lasting_fault_ends_an_upload_before_it_is_closed() -> None:
    uploads = Uploads({1: 10, 2: 10})
    with pytest.raises(ResourceMissing, match="broken pipe"):
        registry(uploads).upload("a/b", [b"x" * 100])
    assert uploads.closed_as == ""


@pytest.mark.parametrize("year", [2020, 2039])
def test_a_date_to_wait_for_is_measured_by_the_registrys_own_clock(year: int) -> None:
    slept: list[float] = []
    headers = {"Retry-After": f"Mon, 02 May {year} 10:00:07 GMT", "Date": f"Mon, 02 May {year} 10:00:00 GMT"}
    registry(in_turn(httpx.Response(429, headers=headers), good()), slept=slept).manifest("a/b", "tag")
    assert slept == [7]


def test_an_upload_that_the_registry_has_lost_is_to_be_sent_anew() -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH":
            raise httpx.WriteError("broken pipe")
        return httpx.Response(202 if request.method == "POST" else 404, headers={"Location": "/v2/a/blobs/uploads/1"})

    with pytest.raises(UploadLost, match="lost what was sent of a layer"):
        registry(lost).upload("a/b", [b"x" * 100])


def test_all_tags_are_asked_for_page_by_page() -> None:
    pages = {
        "/v2/a/b/tags/list?n=1000": httpx.Response(
            200, json={"tags": ["one"]}, headers={"Link": '</v2/a/b/tags/list?n=1000&last=one>; rel="next"'}
        ),
        "/v2/a/b/tags/list?n=1000&last=one": httpx.Response(200, json={"tags": ["two"]}),
    }
    assert registry(lambda asked: pages[asked.url.raw_path.decode()]).tags("a/b") == ["one", "two"]


@pytest.mark.parametrize("answer", [httpx.Response(404), httpx.Response(200, json={"tags": None})])
def test_a_repository_that_is_not_there_or_empty_has_no_tags(answer: httpx.Response) -> None:
    assert registry(lambda _: answer).tags("a/b") == []
