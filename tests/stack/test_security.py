"""What must not work: forged tokens, published defaults, identity headers, open ports. (Acceptance F)"""

import time

import httpx
import pytest

from smoke.site import NotSeen
from tests.stack.conftest import Built
from tests.stack.containers import OPEN_WEBUI_DB
from tests.stack.lamb_api import Lamb
from tests.stack.site import Site
from tests.stack.tokens import signed

PUBLISHED = ("t0p-s3cr3t", "0p3n-w3bu!", "lamb-lti-secret-key-2024")
"""Secrets that everybody can read in LAMB's and Open WebUI's sources."""


def forged(built: Built, site: Site, secret: str) -> Lamb:
    """LAMB as one who signs an administrator's token: LAMB's own, or Open WebUI's in releases that take those."""
    ((known,),) = site.inside.rows("openwebui", OPEN_WEBUI_DB, "SELECT id FROM user WHERE email = ?", site.admin.email)
    claims = {
        "sub": "1",
        "id": 1 if built.logs_in_by_itself else known,
        "email": site.admin.email,
        "role": "admin",
        "exp": int(time.time()) + 3600,
    }
    return Lamb(site.stack.address("lamb"), {"token": signed(claims, secret)})


@pytest.mark.parametrize("secret", PUBLISHED)
def test_a_token_signed_with_a_published_secret_is_refused(built: Built, site: Site, secret: str) -> None:
    with pytest.raises(NotSeen, match=r"40[13]"):
        forged(built, site, secret).emails()


def test_a_token_of_the_stacks_own_secret_is_taken(built: Built, site: Site) -> None:
    """Else the test above would say nothing."""
    service, name = ("lamb", "LAMB_JWT_SECRET") if built.logs_in_by_itself else ("openwebui", "WEBUI_SECRET_KEY")
    secret = site.inside.environment(service)[name]
    assert site.admin.email in forged(built, site, secret).emails()


@pytest.mark.parametrize("token", PUBLISHED)
def test_the_knowledge_base_refuses_a_published_token(site: Site, token: str) -> None:
    refused = site.ask_service("kb", "/collections", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code in (401, 403)
    taken = site.ask_service("kb", "/collections", headers=kb_token(site))
    assert taken.status_code == httpx.codes.OK


def kb_token(site: Site) -> dict[str, str]:
    """Return the header by which LAMB asks the knowledge base."""
    return {"Authorization": f"Bearer {site.stack.value('LAMB_KB_SERVER_TOKEN')}"}


def test_open_webui_signs_nobody_in_without_the_header_and_makes_no_account(site: Site) -> None:
    address = site.stack.address("openwebui")
    form = {"email": site.admin.email, "password": site.admin.password}
    assert httpx.post(f"{address}/api/v1/auths/signin", json=form, trust_env=False).status_code == 400
    stranger = {"X-User-Email": "stranger@example.org"}
    answer = httpx.post(f"{address}/api/v1/auths/signin", json=form, headers=stranger, trust_env=False)
    assert answer.status_code == httpx.codes.FORBIDDEN


def test_every_port_is_published_on_the_loopback_interface_alone(site: Site) -> None:
    assert site.published_hosts() <= {"127.0.0.1"}


def test_no_container_may_do_more_than_it_needs(site: Site) -> None:
    for service in site.ours():
        host = site.inside.inspected()[service]["HostConfig"]
        assert (host["ReadonlyRootfs"], host["CapDrop"], host["Privileged"]) == (True, ["ALL"], False), service
        assert any("no-new-privileges" in option for option in host["SecurityOpt"]), service
        assert host["Init"] is True, service
        assert host["Memory"] > 0, service
        assert host["PidsLimit"] > 0, service
        assert host["LogConfig"]["Config"].get("max-size"), service
