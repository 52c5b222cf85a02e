"""Chats with a model, over the interface and in a browser, and the socket that a page listens to."""

import json
import re
from typing import Any

from playwright.sync_api import expect

from smoke.functions.api import Api
from smoke.functions.checks import check
from smoke.functions.ground import Ground
from smoke.functions.socket_io import call
from smoke.servers.models import HOLD, MODEL
from smoke.site import NotSeen

from .accounts import admin, person

CHAT = "/api/chat/completions"
SOCKET = "/ws/socket.io/"


def said(content: str, **more: Any) -> dict[str, Any]:
    """Word the request for an answer to one sentence."""
    return {"model": MODEL, "messages": [{"role": "user", "content": content}], **more}


def answer(who: Api, content: str, **more: Any) -> str:
    """Return the model's whole answer to one sentence."""
    return str(who.post(CHAT, json=said(content, **more))["choices"][0]["message"]["content"])


def models(who: Api) -> list[str]:
    """Return the ids of the models that somebody may use."""
    return [one["id"] for one in who.get("/api/models")["data"]]


def shared(ground: Ground) -> str:
    """Return the model, which the administrator lets everybody use, once."""
    everybody = [{"principal_type": "user", "principal_id": "*", "permission": "read"}]
    given = {"id": MODEL, "name": "Papagaio", "meta": {}, "params": {}, "access_grants": everybody}
    return str(ground.once("shared", lambda: admin(ground).post("/api/v1/models/create", json=given))["id"])


@check("institution", "a person has the models that an administrator lets everybody use")
def a_model_is_shared(ground: Ground) -> str:
    before, model, after = models(person(ground)), shared(ground), models(person(ground))
    if model in before or model not in after:
        raise NotSeen(f"before {before}, after {after}")
    return f"before {before}, after {after}"


@check("institution", "a model answers over the interface, whole")
def a_whole_answer(ground: Ground) -> str:
    known = models(admin(ground))
    found = answer(admin(ground), "Bom dia, Açores")
    if MODEL not in known or found != "I was told: Bom dia, Açores":
        raise NotSeen(f"models {known}, answer {found!r}")
    return f"{found!r} of {known}"


@check("institution", "a model answers over the interface, piece by piece")
def a_streamed_answer(ground: Ground) -> str:
    """The model holds back the rest of its answer until its beginning was seen here."""
    pieces: list[str] = []
    for event in admin(ground).stream(CHAT, said(f"Uma história longa. {HOLD}", stream=True)):
        choices = json.loads(event).get("choices") if event != "[DONE]" else None
        piece = choices[0].get("delta", {}).get("content") if choices else None
        if piece and not pieces:
            ground.beside("models").post("/go-on")
        pieces += [piece] if piece else []
    whole = "".join(pieces)
    if whole != f"I was told: Uma história longa. {HOLD}" or len(pieces) < 2:
        raise NotSeen(f"{len(pieces)} pieces: {whole!r}")
    return f"{len(pieces)} pieces, the first before the model had said the rest: {whole!r}"


@check("institution", "a page's socket knows who listens")
def the_socket_knows(ground: Ground) -> str:
    who = person(ground)
    address = ground.address.replace("http", "ws", 1) + SOCKET
    known = call(
        address, who.token or "", "user-join", {"auth": {"token": who.token}}, ground.given["CORS_ALLOW_ORIGIN"]
    )
    unknown = call(address, "none", "user-join", {"auth": {"token": "none"}}, ground.given["CORS_ALLOW_ORIGIN"])
    if known[0]["name"] != "Inês Faria" or unknown not in ([], [None]):
        raise NotSeen(f"with a token it is {known}, with none {unknown}")
    return f"by websocket: {known[0]['name']}; with a made-up token nobody"


@check("institution", "a person chats in a browser")
def a_chat_in_a_browser(ground: Ground) -> str:
    shared(ground)
    with ground.page({"token": person(ground).token or "", "locale": "en-US"}) as page:
        page.goto("/")
        page.locator("#chat-input").fill("Quem canta em Coimbra?")
        page.keyboard.press("Enter")
        expect(page.get_by_text("I was told: Quem canta em Coimbra?")).to_be_visible(timeout=20_000)
        expect(page).to_have_url(re.compile("/c/"), timeout=20_000)
    return "the answer stands on the page of a new chat"
