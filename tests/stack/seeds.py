"""What people leave in a stack, and whether all of it is still there, byte for byte."""

import secrets
from dataclasses import dataclass
from typing import Any

from tests.stack.lamb_api import FACT, KEPT, QUESTION, Account, Lamb, OpenWebui


@dataclass(frozen=True)
class Addresses:
    """Base URLs of the services; an upgrade does not change them."""

    lamb: str
    openwebui: str
    kb: str


@dataclass(frozen=True)
class Seeds:
    """What one user left, and the sessions that are open."""

    account: Account
    session: dict[str, Any]
    """LAMB's, as of the first login."""
    launch_token: str
    """Open WebUI's session."""
    assistant: str
    upload: str
    kb: str
    kb_file: str
    """Path at which the knowledge base serves it."""
    chat: str


def leave(at: Addresses, admin: Account, home: str) -> Seeds:
    """Make a user and everything that one leaves; `home` is where the knowledge base says that it is."""
    account = Account(f"eva-{secrets.token_hex(3)}@example.org", secrets.token_urlsafe(12), "Eva")
    Lamb(at.lamb).login(admin).create_user(account)
    user = Lamb(at.lamb).login(account)
    user.create_assistant("Keeper")
    upload = user.upload("kept.txt", KEPT)
    kb = user.create_knowledge_base(f"kept {secrets.token_hex(3)}")
    user.ingest(kb, "fact.txt", FACT)
    (file,) = user.files_of(kb)
    chat = OpenWebui(at.openwebui, user.launch_token).new_chat("Kept")
    (assistant,) = user.assistants()
    path = str(file["file_url"]).removeprefix(home)
    return Seeds(account, user.session, user.launch_token, assistant, upload, kb, path, chat)


def missing(seeds: Seeds, at: Addresses, admin: Account) -> list[str]:
    """Return what is no longer as it was left; nothing where all is."""
    before, user = Lamb(at.lamb, seeds.session), Lamb(at.lamb).login(seeds.account)
    owi = OpenWebui(at.openwebui, seeds.launch_token)
    found = {
        "LAMB's session": before.assistants() == [seeds.assistant],
        "the user": seeds.account.email in Lamb(at.lamb).login(admin).emails(),
        "the assistant": user.assistants() == [seeds.assistant],
        "the upload": before.ask("GET", seeds.upload).content == KEPT,
        "the knowledge base's text": "Fredville" in user.query(seeds.kb, QUESTION)[0]["data"],
        "the knowledge base's file": Lamb(at.kb).ask("GET", seeds.kb_file).content == FACT,
        "Open WebUI's session": owi.who()["email"] == seeds.account.email,
        "Open WebUI's chat": owi.chat_title(seeds.chat) == "Kept",
    }
    return [what for what, well in found.items() if not well]
