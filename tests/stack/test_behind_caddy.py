"""The whole chain behind the proxy: TLS, launches, hand-over, identity headers, nothing else published. (E, F)"""

import json
import re
import secrets
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from scripts.lib import bases, engine
from tests import caddy
from tests.stack import lti
from tests.stack.conftest import Built, Standing
from tests.stack.lamb_api import FACT
from tests.stack.site import Site

LAMB, CHAT = "lamb.test", "chat.test"


@dataclass(frozen=True)
class Edge:
    """A stack behind Caddy, as a browser meets it."""

    site: Site
    http: httpx.Client

    def ask(self, host: str, method: str, path: str, **given: Any) -> httpx.Response:
        """Ask a host for a path; its certificate must be its own. Redirects are not followed."""
        port = self.site.stack.published("caddy", 443)
        headers = {"Host": host, **given.pop("headers", {})}
        told = {"sni_hostname": host}
        return self.http.request(method, f"https://127.0.0.1:{port}{path}", headers=headers, extensions=told, **given)


@pytest.fixture(scope="module")
def edge(built: Built, standing: Standing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """The stack with docker-compose.next.prod.yaml, whose certificates are signed by an authority of its own."""
    image = f"graft-test/caddy:{secrets.token_hex(6)}"
    base = bases.ensure(built.selection.bases["python"], "auto", built.selection.checkout)
    caddy.make(base.reference, image)
    settings = {"CADDY_IMAGE": image, "LAMB_PUBLIC_HOST": LAMB, "OWI_PUBLIC_HOST": CHAT, "CADDY_TLS": "internal"}
    settings |= {"LAMB_WEB_HOST": f"https://{LAMB}", "OWI_PUBLIC_BASE_URL": f"https://{CHAT}"}
    prod = built.selection.checkout.compose / "docker-compose.next.prod.yaml"
    try:
        with standing(settings, [prod]) as site:
            site.stack.start()
            root = caddy.trust(site.stack.container("caddy"), tmp_path_factory.mktemp("edge") / "root.crt")
            trust = ssl.create_default_context(cafile=str(root))
            with httpx.Client(verify=trust, trust_env=False, timeout=30) as client:
                yield Edge(site, client)
    finally:
        engine.remove_image(image)


def test_nothing_but_the_proxy_is_published(edge: Edge) -> None:
    published = {
        service: sorted(port for port, bound in found["NetworkSettings"]["Ports"].items() if bound)
        for service, found in edge.site.inside.inspected().items()
    }
    assert published.pop("caddy") == ["443/tcp", "443/udp", "80/tcp"]
    assert {service for service, ports in published.items() if ports} == set()


def test_the_front_end_is_told_the_public_addresses(edge: Edge) -> None:
    said = edge.ask(LAMB, "GET", "/config.js").text
    found = json.loads(re.fullmatch(r"window\.LAMB_CONFIG = (\{.*\});\s*", said, re.DOTALL)[1])  # type: ignore[index]
    assert found["api"] == {
        "baseUrl": "/creator",
        "lambServer": f"https://{LAMB}",
        "openWebUiServer": f"https://{CHAT}",
    }


def test_one_logs_in_and_is_handed_over_through_the_proxy(edge: Edge) -> None:
    admin = edge.site.admin
    form = {"email": admin.email, "password": admin.password}
    session = edge.ask(LAMB, "POST", "/creator/login", data=form).json()["data"]
    start, _, token = session["launch_url"].partition("?token=")
    assert start == f"https://{CHAT}/api/v1/auths/complete"
    assert edge.ask(CHAT, "GET", f"/api/v1/auths/complete?token={token}").status_code == httpx.codes.OK
    who = edge.ask(CHAT, "GET", "/api/v1/auths/", headers={"Authorization": f"Bearer {token}"}).json()
    assert who["email"] == admin.email


def test_who_names_another_in_a_header_is_not_taken_for_that_one(edge: Edge) -> None:
    headers = {"X-User-Email": edge.site.admin.email, "X-User-Name": "Administrator"}
    form = {"email": "", "password": ""}
    refused = edge.ask(CHAT, "POST", "/api/v1/auths/signin", json=form, headers=headers)
    assert refused.status_code == httpx.codes.BAD_REQUEST
    direct = httpx.post(f"{edge.site.stack.address('openwebui')}/api/v1/auths/signin", json=form, headers=headers)
    assert direct.status_code == httpx.codes.OK, "else the refusal above says nothing"


def test_what_lies_below_lamb_is_reached_as_it_is_called(edge: Edge) -> None:
    assert "connectors" in edge.ask(LAMB, "GET", "/lamb/v1/completions/list").json()


def test_a_launch_reaches_lamb_as_it_was_signed(edge: Edge) -> None:
    admin = edge.site.as_admin()
    course = admin.publish(admin.create_assistant("Behind the proxy"))
    form = lti.form(f"https://{LAMB}{lti.PATH}", edge.site.stack.value("LTI_SECRET"), course, "u2")
    answer = edge.ask(LAMB, "POST", lti.PATH, data=form)
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    assert answer.headers["location"].startswith(f"https://{CHAT}/api/v1/auths/complete?token=")


def test_a_document_of_a_knowledge_base_is_found_at_the_address_that_it_names(edge: Edge) -> None:
    user = edge.site.as_admin()
    kb = user.create_knowledge_base("Behind the proxy")
    user.ingest(kb, "fact.txt", FACT)
    (file,) = user.files_of(kb)
    assert file["file_url"].startswith(f"https://{LAMB}/")
    assert edge.ask(LAMB, "GET", file["file_url"].removeprefix(f"https://{LAMB}")).content == FACT


def test_a_large_upload_passes(edge: Edge) -> None:
    user = edge.site.as_admin()
    content = b"0123456789abcdef" * 225_000
    headers = {"Authorization": f"Bearer {user.token}"}
    sent = {"file": ("large.txt", content, "text/plain")}
    made = edge.ask(LAMB, "POST", "/creator/files/upload", files=sent, headers=headers).json()
    assert edge.ask(LAMB, "GET", f"/static/public/{made['path']}").content == content
