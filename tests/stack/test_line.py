"""From the source to people and back: LAMB published, deployed, copied, lost, put back, and there as it was. (G, I)"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scripts.lib.deploy import env_file
from tests import own_registry
from tests.integration.deploy.site import Site as Target
from tests.stack.conftest import Built
from tests.stack.lamb_api import FACT, Account, Lamb, OpenWebui
from tests.stack.targets import a_target

pytestmark = pytest.mark.nightly


@pytest.fixture
def target(built: Built) -> Iterator[Target]:
    """A stack that `invoke deploy` is to start, of images that were published; its settings are made."""
    with a_target(built) as made:
        made.line.invoke("publish")
        made.run("env", "--init")
        for name in ("KB_PORT", "OPENWEBUI_PORT"):
            made.sets(name, str(own_registry.free_port()))
        yield made


def test_what_was_published_is_deployed_and_its_data_come_back_from_a_copy(target: Target, tmp_path: Path) -> None:
    said = target.run("deploy")
    assert "proofs seen" in said
    assert "up to date" in target.run("deploy")
    admin = as_admin(target)
    course = admin.publish(admin.create_assistant("Tutor"))
    path = admin.upload("fact.txt", FACT)
    session = OpenWebui(f"http://127.0.0.1:{settings_of(target)['OPENWEBUI_PORT']}", admin.launch_token)
    chat = session.new_chat("About Freedonia")

    folder = tmp_path / "a backup"
    target.run("backup", "--to", str(folder))
    settings = target.env_file.read_text()
    target.remove()
    target.env_file.unlink()
    target.run("restore", "--backup", str(folder))
    assert target.env_file.read_text() == settings
    assert "proofs seen" in target.run("deploy")

    again = as_admin(target)
    assert again.assistants() == [course]
    assert httpx.get(f"{again.base_url}{path}", timeout=20, trust_env=False).content == FACT
    assert session.chat_title(chat) == "About Freedonia", "a session that was open goes on"


def settings_of(target: Target) -> dict[str, str]:
    """Return what the stack's file of settings says."""
    return dict(env_file.parse(target.env_file.read_text()).values)


def as_admin(target: Target) -> Lamb:
    """Log in as the first administrator, where people reach LAMB."""
    told = settings_of(target)
    return Lamb(f"http://127.0.0.1:{target.port}").login(Account(told["OWI_ADMIN_EMAIL"], told["OWI_ADMIN_PASSWORD"]))
