"""What people do with the stack, across its services. (Acceptance E)"""

import secrets
from typing import Any

import httpx
import pytest

from smoke.site import NotSeen
from tests.stack import lti
from tests.stack.conftest import Built
from tests.stack.containers import KB_DB, OPEN_WEBUI_DB
from tests.stack.lamb_api import FACT, QUESTION, Account, Lamb, OpenWebui
from tests.stack.site import Site


@pytest.fixture(scope="module")
def admin(site: Site) -> Lamb:
    return site.as_admin()


@pytest.fixture(scope="module")
def ana(admin: Lamb, site: Site) -> Lamb:
    """A creator whom the administrator made."""
    account = Account(f"ana-{secrets.token_hex(3)}@example.org", secrets.token_urlsafe(12), "Ana")
    admin.create_user(account)
    return site.lamb().login(account)


@pytest.fixture(scope="module")
def tutor(ana: Lamb) -> dict[str, Any]:
    """What LAMB says of an assistant of hers."""
    return ana.create_assistant("Tutor")


@pytest.fixture(scope="module")
def course(ana: Lamb, tutor: dict[str, Any]) -> str:
    """The consumer whose launches lead to it, once it is published."""
    return ana.publish(tutor)


@pytest.fixture(scope="module")
def model(course: str, tutor: dict[str, Any]) -> str:
    """Its name among Open WebUI's models."""
    return f"lamb_assistant.{tutor['assistant_id']}"


def test_a_wrong_password_is_refused(site: Site) -> None:
    with pytest.raises(NotSeen, match="login of"):
        site.lamb().login(Account(site.admin.email, "wrong"))


def test_a_new_user_has_rows_in_both_of_open_webuis_tables(site: Site, ana: Lamb) -> None:
    question = "SELECT role, active FROM user JOIN auth USING (id) WHERE user.email = ?"
    found = site.inside.rows("openwebui", OPEN_WEBUI_DB, question, ana.session["email"])
    assert found == [["user", 1]]


def test_the_hand_over_opens_open_webui_as_the_same_user(site: Site, ana: Lamb) -> None:
    page = site.ask_service("openwebui", "/api/v1/auths/complete", params={"token": ana.launch_token})
    assert page.status_code == httpx.codes.OK
    assert ana.launch_token in page.text
    assert site.open_webui(ana).who()["email"] == ana.session["email"]


@pytest.mark.parametrize("token", ["');alert(1)//", "a.b.c", "<script>", "null", ""])
def test_the_hand_over_page_takes_nothing_but_a_token_of_its_own(site: Site, token: str) -> None:
    page = site.ask_service("openwebui", "/api/v1/auths/complete", params={"token": token})
    assert page.status_code in (401, 422)
    assert not token or token not in page.text


def test_a_token_of_lambs_own_is_no_token_of_open_webuis(built: Built, site: Site, ana: Lamb) -> None:
    if not built.logs_in_by_itself:
        pytest.skip("this release has no tokens of its own")
    page = site.ask_service("openwebui", "/api/v1/auths/complete", params={"token": str(ana.token)})
    assert page.status_code == httpx.codes.UNAUTHORIZED


def test_an_assistant_becomes_a_group_and_a_model_of_open_webuis(site: Site, ana: Lamb, tutor: dict[str, Any]) -> None:
    assert [name for name in ana.assistants() if name.lower().endswith("tutor")]
    number = tutor["assistant_id"]
    groups, models = 'SELECT id FROM "group" WHERE name = ?', "SELECT id FROM model WHERE id LIKE ?"
    assert len(site.inside.rows("openwebui", OPEN_WEBUI_DB, groups, f"assistant_{number}")) == 1
    assert len(site.inside.rows("openwebui", OPEN_WEBUI_DB, models, f"%{number}")) == 1


def test_lambs_models_are_what_open_webui_lists(site: Site, course: str, model: str, admin: Lamb) -> None:
    listed = {one["id"] for one in site.lamb().get("/v1/models", headers=bearer(site))["data"]}
    assert model in listed, course
    assert listed <= set(site.open_webui(admin).models())


def test_one_asks_a_published_assistant_in_open_webui(site: Site, ana: Lamb, model: str) -> None:
    said = f"What is {secrets.token_hex(4)}?"
    assert said in site.open_webui(ana).ask_model(model, said)


def test_an_upload_is_served_as_it_was_sent_also_a_large_one(site: Site, ana: Lamb) -> None:
    for name, content in (("small.txt", FACT), ("large.txt", b"0123456789abcdef" * 225_000)):
        path = ana.upload(name, content)
        assert site.ask_service("lamb", path).content == content


def test_a_knowledge_base_finds_what_it_was_given_and_serves_the_file(site: Site, ana: Lamb) -> None:
    kb = ana.create_knowledge_base("Freedonia")
    ana.ingest(kb, "facts.txt", FACT)
    best = ana.query(kb, QUESTION)[0]
    assert "Fredville" in best["data"]
    (file,) = ana.files_of(kb)
    public = site.inside.environment("kb")["HOME_URL"]
    assert file["file_url"].startswith(public)
    assert site.ask_service("kb", file["file_url"].removeprefix(public)).content == FACT
    kept = "SELECT COUNT(*) FROM file_registry WHERE original_filename = ?"
    assert site.inside.rows("kb", KB_DB, kept, "facts.txt") == [[1]]


def test_the_key_of_the_embeddings_is_in_no_log(site: Site, ana: Lamb) -> None:
    kb = ana.create_knowledge_base("Keys")
    ana.ingest(kb, "more.txt", FACT)
    key = site.inside.environment("kb")["EMBEDDINGS_APIKEY"]
    for service in site.stack.states():
        assert [line for line in site.stack.logs(service).splitlines() if key in line] == [], service


def test_what_completions_are_made_of_is_told_under_lamb(site: Site) -> None:
    assert "connectors" in site.lamb().get("/lamb/v1/completions/list")


@pytest.mark.parametrize("user", ["u1", "Ada.Lovelace"])
def test_a_launch_signed_by_the_platform_opens_open_webui_with_its_assistant(
    site: Site, course: str, model: str, user: str
) -> None:
    address, secret = site.stack.address("lamb"), site.inside.environment("lamb")["LTI_SECRET"]
    for _ in ("for the first time", "again"):
        answer = lti.launch(address, secret=secret, consumer=course, user=user)
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        token = answer.headers["location"].partition("/api/v1/auths/complete?token=")[2]
        student = OpenWebui(site.stack.address("openwebui"), token)
        assert student.who()["role"] == "user"
        assert student.models() == [model]


def test_a_launch_for_a_course_that_nobody_published_is_refused(site: Site) -> None:
    secret = site.inside.environment("lamb")["LTI_SECRET"]
    answer = lti.launch(site.stack.address("lamb"), secret=secret, consumer="nobody's", user="u1")
    assert answer.status_code >= 400
    assert "No published assistant found" in answer.text


def test_a_launch_signed_with_the_published_secret_is_refused(site: Site) -> None:
    answer = lti.launch(site.stack.address("lamb"), secret="lamb-lti-secret-key-2024", consumer="course", user="u1")
    assert answer.status_code >= 400
    assert "Invalid OAuth signature" in answer.text


def bearer(site: Site) -> dict[str, str]:
    """Return the header by which Open WebUI asks LAMB."""
    return {"Authorization": f"Bearer {site.stack.value('LAMB_BEARER_TOKEN')}"}
