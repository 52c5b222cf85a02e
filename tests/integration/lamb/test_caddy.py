"""What the world reaches through Caddy, and what it does not: on LAMB's own compose files and a real Caddy."""

import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from scripts.lib import engine
from scripts.lib.errors import CommandFailed
from tests import caddy
from tests.integration.lamb.conftest import Stack

LAMB, CHAT = "lamb.test", "chat.test"
TOKEN = "aaaa.bbbb.cccc"
FILES = ("docker-compose.next.yaml", "docker-compose.next.library.yaml", "docker-compose.next.prod.yaml")
HERE = """
services:
  caddy:
    ports: !override ["127.0.0.1::80", "127.0.0.1::443"]
"""


@dataclass(frozen=True)
class Edge:
    """A stack that runs behind Caddy, as a browser sees it."""

    stack: Stack
    trust: ssl.SSLContext
    http: int
    https: int

    def request(self, method: str, host: str, path: str, **more: Any) -> httpx.Response:
        """Ask a host for a path by TLS, whose certificate must be its own; redirects are not followed."""
        headers = {"Host": host, **more.pop("headers", {})}
        with httpx.Client(verify=self.trust, trust_env=False, timeout=20) as client:
            url = f"https://127.0.0.1:{self.https}{path}"
            return client.request(method, url, headers=headers, extensions={"sni_hostname": host}, **more)

    def said(self, method: str, host: str, path: str, **more: Any) -> dict[str, Any]:
        """Return what the server behind Caddy says of a request that reached it."""
        answer: dict[str, Any] = self.request(method, host, path, **more).raise_for_status().json()
        return answer

    def container(self, service: str) -> str:
        (found,) = engine.labelled(
            "container",
            {"com.docker.compose.project": self.stack.name, "com.docker.compose.service": service},
        )
        return found

    def log(self) -> str:
        return engine.logs(self.container("caddy"))


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory, upstreams: dict[str, str], caddy_image: str) -> Iterator[Edge]:
    """LAMB's stack with TLS by an authority of its own, healthy."""
    folder = tmp_path_factory.mktemp("edge")
    (folder / "here.yaml").write_text(HERE)
    given = {"LAMB_PUBLIC_HOST": LAMB, "OWI_PUBLIC_HOST": CHAT, "CADDY_TLS": "internal", "MAX_UPLOAD": "1MB"}
    given |= {"CADDY_IMAGE": caddy_image, "FRAME_ANCESTORS": "https://moodle.test", **upstreams}
    stack = Stack(folder, (*FILES, folder / "here.yaml"), given)
    try:
        stack.compose("up", "--detach", "--wait", "--wait-timeout=120", "--pull=never")
        (container,) = stack.compose("ps", "--quiet", "caddy").split()
        root = caddy.trust(container, folder / "root.crt")
        ports = {inside: int(stack.compose("port", "caddy", str(inside)).rpartition(":")[2]) for inside in (80, 443)}
        yield Edge(stack, ssl.create_default_context(cafile=root), ports[80], ports[443])
    finally:
        stack.compose("down", "--volumes", "--timeout=1")


def test_each_host_has_a_certificate_and_reaches_its_own_server(edge: Edge) -> None:
    assert edge.said("GET", LAMB, "/assistants?a=b%20c") | {"headers": {}} == {
        "server": "lamb",
        "method": "GET",
        "path": "/assistants?a=b%20c",
        "body": "",
        "headers": {},
    }
    assert edge.said("GET", CHAT, "/api/models")["server"] == "openwebui"
    with pytest.raises(httpx.ConnectError, match=r"(?i)tls|ssl"):
        edge.request("GET", "other.test", "/")


def test_plain_http_leads_to_tls(edge: Edge) -> None:
    answer = httpx.get(f"http://127.0.0.1:{edge.http}/a?b=c", headers={"Host": LAMB}, trust_env=False)
    assert (answer.status_code, answer.headers["Location"]) == (308, f"https://{LAMB}/a?b=c")


@pytest.mark.parametrize(
    "path", ["/lamb/v1/completions/list", "/creator/login", "/static/public/1/a.png", "/docs/1/2/3/page", "/v1/models"]
)
def test_a_path_reaches_lamb_as_it_is(edge: Edge, path: str) -> None:
    said = edge.said("GET", LAMB, path)
    assert (said["server"], said["path"]) == ("lamb", path)


def test_a_launch_by_lti_reaches_lamb_whole_and_says_from_where(edge: Edge) -> None:
    form = {"oauth_signature": "a+b/c=", "lis_person_name_full": "João Ñ", "roles": "Learner,Instructor"}
    said = edge.said("POST", LAMB, "/lamb/v1/lti_users/lti", data=form)
    assert (said["method"], said["path"]) == ("POST", "/lamb/v1/lti_users/lti")
    assert httpx.QueryParams(said["body"]) == httpx.QueryParams(form)
    assert (said["headers"]["host"], said["headers"]["x-forwarded-proto"]) == (LAMB, "https")


@pytest.mark.parametrize("host", [LAMB, CHAT])
@pytest.mark.parametrize("name", ["X-User-Email", "x-user-email", "X-USER-NAME", "X-Forwarded-Prefix"])
def test_nobody_says_who_he_is_by_a_header(edge: Edge, host: str, name: str) -> None:
    said = edge.said(
        "POST", host, "/api/v1/auths/signin" if host == CHAT else "/creator/login", headers={name: "admin"}
    )
    assert name.lower() not in said["headers"]


def test_what_the_world_says_of_itself_is_not_passed_on(edge: Edge) -> None:
    said = edge.said("GET", LAMB, "/", headers={"X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.test"})
    assert (said["headers"]["x-forwarded-proto"], said["headers"]["x-forwarded-host"]) == ("https", LAMB)


@pytest.mark.parametrize(
    "path",
    [
        *("/docs", "/docs/", "/docs/oauth2-redirect", "/redoc", "/openapi.json"),
        *("/lamb/docs", "/lamb/docs/oauth2-redirect", "/lamb/redoc", "/lamb/openapi.json", "/lamb/%6fpenapi.json"),
        *("/lamb/v1", "/lamb/v1/", "/lamb/v1/auth", "/lamb/v1/OWI/", "/lamb/v1/lti_users", "/lamb/v1/%61uth"),
        *("/kb", "/kb/", "/kb/collections", "/kb/docs", "/kb/openapi.json", "/kb/health", "/api/v1/anything"),
    ],
)
def test_what_is_for_nobody_outside_is_not_there(edge: Edge, path: str) -> None:
    assert edge.request("GET", LAMB, path).status_code == 404


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/redoc"])
def test_open_webuis_description_is_not_there(edge: Edge, path: str) -> None:
    assert edge.request("GET", CHAT, path).status_code == 404


def test_documents_of_knowledge_bases_are_there_to_be_read_alone(edge: Edge) -> None:
    said = edge.said("GET", LAMB, "/kb/static/ana/1/a%20b.pdf")
    assert (said["server"], said["path"]) == ("kb", "/static/ana/1/a%20b.pdf")
    assert edge.request("POST", LAMB, "/kb/static/ana/1/a.pdf").status_code == 404
    assert edge.request("DELETE", LAMB, "/kb/static/ana/1/a.pdf").status_code == 404


@pytest.mark.parametrize("path", ["/kb/static/../collections", "/kb/static/%2e%2e/collections"])
def test_no_way_leads_out_of_the_documents(edge: Edge, path: str) -> None:
    answer = raw(edge, LAMB, path)
    assert answer.startswith(b"HTTP/1.1 404") or b'"path": "/static/' in answer


def raw(edge: Edge, host: str, path: str) -> bytes:
    """Ask for a path exactly as it is, which no client of good manners does."""
    plain = socket.create_connection(("127.0.0.1", edge.https), 10)
    with edge.trust.wrap_socket(plain, server_hostname=host) as secure:
        secure.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: secure.recv(65536), b""))


def test_old_links_lead_to_open_webui(edge: Edge) -> None:
    answer = edge.request("GET", LAMB, "/openwebui/c/1?a=b")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"https://{CHAT}/c/1?a=b")


@pytest.mark.parametrize(("host", "path"), [(LAMB, "/"), (CHAT, "/"), (LAMB, "/docs"), (LAMB, "/kb/static/a")])
def test_every_answer_protects_the_browser(edge: Edge, host: str, path: str) -> None:
    headers = edge.request("GET", host, path).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "frame-ancestors 'self' https://moodle.test" in headers.get_list("Content-Security-Policy")
    assert "Server" not in headers


def test_an_applications_own_stricter_headers_stay(edge: Edge) -> None:
    headers = edge.request("GET", CHAT, "/own").headers
    assert headers.get_list("Referrer-Policy") == ["no-referrer"]
    assert "default-src 'none'" in headers.get_list("Content-Security-Policy")


def test_what_is_streamed_arrives_as_it_comes(edge: Edge) -> None:
    with httpx.Client(verify=edge.trust, trust_env=False, timeout=20) as client:
        url, more = f"https://127.0.0.1:{edge.https}", {"sni_hostname": LAMB}
        headers = {"Host": LAMB, "Accept-Encoding": "gzip, zstd"}
        with client.stream("GET", f"{url}/stream", headers=headers, extensions=more) as answer:
            words = answer.iter_raw()
            assert next(words) == b"data: one\n\n"
            edge.said("GET", LAMB, "/go")  # the second word is not sent before
            assert b"".join(words) == b"data: two\n\n"


def test_text_goes_compressed_to_who_asks_for_it(edge: Edge) -> None:
    answer = edge.request("GET", LAMB, f"/{'a' * 2000}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.json()["path"] == f"/{'a' * 2000}"


def test_what_is_too_large_is_refused(edge: Edge) -> None:
    assert edge.request("POST", LAMB, "/creator/files/upload", content=b"x" * 1_100_000).status_code == 413
    assert len(edge.said("POST", LAMB, "/creator/files/upload", content=b"x" * 900_000)["body"]) == 900_000


def test_no_token_gets_into_a_log(edge: Edge) -> None:
    edge.request("GET", CHAT, f"/api/v1/auths/complete?token={TOKEN}", headers={"Referer": f"https://a/?token={TOKEN}"})
    edge.request("GET", LAMB, f"/leave?token={TOKEN}")
    edge.request("GET", CHAT, "/", headers={"Authorization": f"Bearer {TOKEN}", "Cookie": f"token={TOKEN}"})
    log = edge.log()
    assert "/api/v1/auths/complete?" in log
    assert TOKEN not in log


def test_all_of_it_is_healthy_and_caddy_alone_is_published(edge: Edge) -> None:
    found = [json.loads(line) for line in edge.stack.compose("ps", "--format=json").splitlines()]
    assert {one["Service"] for one in found} == {"caddy", "lamb", "kb", "openwebui", "library-manager"}
    assert {one["Health"] for one in found} == {"healthy"}
    published = {p["PublishedPort"] for one in found for p in one["Publishers"] or () if p["PublishedPort"]}
    assert published == {edge.http, edge.https}


def test_caddy_does_not_even_know_what_is_not_for_the_world(edge: Edge) -> None:
    wget = ("exec", "-T", "caddy", "wget", "-q", "-O", "-")
    assert '"server": "kb"' in edge.stack.compose(*wget, "http://kb:9090/")
    with pytest.raises(CommandFailed, match="bad address"):
        edge.stack.compose(*wget, "http://library-manager:9091/")


def test_a_server_that_is_gone_is_told_without_the_token(edge: Edge, request: pytest.FixtureRequest) -> None:
    edge.stack.compose("stop", "--timeout=1", "openwebui")
    request.addfinalizer(lambda: edge.stack.compose("start", "openwebui"))
    answer = edge.request("GET", CHAT, f"/api/v1/auths/complete?token={TOKEN}")
    assert answer.status_code == 502
    assert answer.headers["Strict-Transport-Security"]
    assert "Server" not in answer.headers
    assert TOKEN not in edge.log()
