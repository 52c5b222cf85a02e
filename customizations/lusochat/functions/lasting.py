"""What lasts: the application ends when it is asked to, and all that was written is there when it runs again."""

from smoke.functions.checks import check
from smoke.functions.ground import Ground
from smoke.site import NotSeen

from . import documents, settings
from .accounts import person

MEMORY = "Saudade"


def _chat(ground: Ground) -> str:
    """Return the id of Inês's chat, made once."""
    chat = {"title": MEMORY, "history": {"messages": {}, "currentId": None}, "models": [], "messages": []}
    return str(ground.once("chat", lambda: person(ground).post("/api/v1/chats/new", json={"chat": chat}))["id"])


@check("institution", "it ends in its time when it is asked to")
def it_ends(ground: Ground) -> str:
    _chat(ground)
    ended = ground.stop()
    if ended.by_force or ended.exit_code not in (0, 143):
        raise NotSeen(f"ended with exit code {ended.exit_code} after {ended.seconds:.1f} s")
    return f"exit code {ended.exit_code} after {ended.seconds:.1f} s"


@check("institution", "after a restart everything is still there")
def everything_lasts(ground: Ground) -> str:
    ground.start()
    seen = [settings.kept(ground), documents.kept(ground)]
    chat = _chat(ground)
    title = person(ground).get(f"/api/v1/chats/{chat}")["title"]
    if title != MEMORY:
        raise NotSeen(f"the chat is called {title!r}")
    return "; ".join([*seen, f"the chat {title!r}, with the token of before"])
