"""LAMB as its users meet it: accounts, assistants, files, knowledge bases; one for the small tree and the real one."""

import json
import time
from dataclasses import dataclass
from typing import Any

from smoke.functions.api import Api, decoded
from smoke.site import NotSeen
from tests.stack.models import MODEL

INGEST_SECONDS = 60
POLL = 0.3
KEPT = b"Lamb chops are cut from the loin.\n" * 50
"""A text that is uploaded."""
FACT = b"The capital of Freedonia is Fredville. Its river is the Marx.\n"
"""What a knowledge base is asked for."""
QUESTION = "capital of Freedonia"

PROMPT = "You help whoever asks."
ANSWERED_BY = {
    "prompt_processor": "simple_augment",
    "connector": "openai",
    "llm": MODEL,
    "rag_processor": "no_rag",
}
"""What an assistant is made of, under the name of the column in which releases keep it."""


@dataclass(frozen=True)
class Account:
    """An address and its password."""

    email: str
    password: str
    name: str = "Somebody"


class Lamb(Api):
    """LAMB's back end as one user, or as nobody."""

    def __init__(self, base_url: str, session: dict[str, Any] | None = None) -> None:
        super().__init__(base_url, session["token"] if session else None)
        self.base_url = base_url
        self.session = session or {}

    def login(self, account: Account) -> "Lamb":
        """Return the back end as this user; raises NotSeen where LAMB refuses."""
        answer = self.post("/creator/login", data={"email": account.email, "password": account.password})
        if not answer["success"]:
            raise NotSeen(f"login of {account.email}: {answer['error']}")
        return Lamb(self.base_url, answer["data"])

    @property
    def launch_token(self) -> str:
        """What opens Open WebUI for this user."""
        return str(self.session["launch_url"]).partition("?token=")[2]

    def create_user(self, account: Account) -> None:
        """Make an account, as an administrator."""
        given = {"email": account.email, "name": account.name, "password": account.password}
        answer = self.post("/creator/admin/users/create", data=given)
        if not answer["success"]:
            raise NotSeen(f"create {account.email}: {answer}")

    def emails(self) -> list[str]:
        """Return the address of every user, as an administrator."""
        return sorted(str(one["email"]) for one in self.get("/creator/users")["data"])

    def create_assistant(self, name: str) -> dict[str, Any]:
        """Make an assistant that the model server answers for, and return what LAMB says of it."""
        told = {"name": name, "description": "made by a test", "system_prompt": PROMPT, "RAG_Top_k": 3}
        told |= dict.fromkeys(("metadata", "api_callback"), json.dumps(ANSWERED_BY))
        made: dict[str, Any] = self.post("/creator/assistant/create_assistant", json=told, expect=(200, 201))
        return made

    def publish(self, made: dict[str, Any]) -> str:
        """Let launches lead to an assistant, and list it as a model; returns the consumer whose launches those are."""
        told = {"publish_status": True}
        published = decoded(self.ask("PUT", f"/creator/assistant/publish/{made['assistant_id']}", json=told))
        return str(published["oauth_consumer_name"])

    def assistants(self) -> list[str]:
        """Return the names of the user's assistants."""
        found = self.get("/creator/assistant/get_assistants", params={"limit": 100})
        return sorted(str(one["name"]) for one in found["assistants"])

    def upload(self, name: str, content: bytes) -> str:
        """Keep a file and return the path at which it is served."""
        made = self.post("/creator/files/upload", files={"file": (name, content, "text/plain")})
        return f"/static/public/{made['path']}"

    def create_knowledge_base(self, name: str) -> str:
        """Make a knowledge base and return its id, which some releases leave out of their answer."""
        before = self.knowledge_bases()
        made = self.post("/creator/knowledgebases", json={"name": name, "description": "", "access_control": "private"})
        found = [str(made["kb_id"])] if made.get("kb_id") else sorted(self.knowledge_bases() - before)
        if len(found) != 1:
            raise NotSeen(f"create the knowledge base {name}: {made}")
        return found[0]

    def knowledge_bases(self) -> set[str]:
        """Return the ids of this user's knowledge bases."""
        return {str(one["id"]) for one in self.get("/creator/knowledgebases/user").get("knowledge_bases", ())}

    def ingest(self, kb: str, name: str, content: bytes) -> None:
        """Give a knowledge base a text and wait until it is found in it."""
        told = {"plugin_name": "simple_ingest"}
        sent = {"file": (name, content, "text/plain")}
        self.post(f"/creator/knowledgebases/kb/{kb}/plugin-ingest-file", data=told, files=sent)
        deadline = time.monotonic() + INGEST_SECONDS
        while not self.query(kb, content.decode()):
            if time.monotonic() > deadline:
                raise NotSeen(f"{name} is not in knowledge base {kb} after {INGEST_SECONDS} s")
            time.sleep(POLL)

    def query(self, kb: str, text: str) -> list[dict[str, Any]]:
        """Ask a knowledge base; the best piece first."""
        told = {"query_text": text, "plugin_name": "simple_query", "plugin_params": {"top_k": 3}}
        found: list[dict[str, Any]] = self.post(f"/creator/knowledgebases/kb/{kb}/query", json=told)["results"]
        return found

    def files_of(self, kb: str) -> list[dict[str, Any]]:
        """Return the files of a knowledge base."""
        found: list[dict[str, Any]] = self.get(f"/creator/knowledgebases/kb/{kb}")["files"]
        return found


class OpenWebui(Api):
    """The Open WebUI beside it, as the user of a launch token."""

    def who(self) -> dict[str, Any]:
        """Return whose session it is."""
        found: dict[str, Any] = self.get("/api/v1/auths/")
        return found

    def models(self) -> list[str]:
        """Return the ids of the models that this user sees."""
        return sorted(str(one["id"]) for one in self.get("/api/models")["data"])

    def ask_model(self, model: str, words: str) -> str:
        """Return what a model answers; Open WebUI knows only those that it has listed."""
        if model not in self.models():
            raise NotSeen(f"{model} is none of {self.models()}")
        told = {"model": model, "messages": [{"role": "user", "content": words}], "stream": False}
        return str(self.post("/api/chat/completions", json=told)["choices"][0]["message"]["content"])

    def new_chat(self, title: str) -> str:
        """Keep a chat and return its id."""
        chat = {"title": title, "models": [], "messages": [], "history": {"messages": {}, "currentId": None}}
        return str(self.post("/api/v1/chats/new", json={"chat": chat})["id"])

    def chat_title(self, chat: str) -> str:
        """Return the title of a kept chat."""
        return str(self.get(f"/api/v1/chats/{chat}")["title"])
