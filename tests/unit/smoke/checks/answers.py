"""A product that a table of answers stands in for."""

import json
from typing import Any

import httpx
from pydantic import TypeAdapter

from scripts.lib.files import FileMap
from scripts.lib.records import AppliedStep, Tree
from scripts.lib.settings.images import Release
from scripts.lib.settings.steps import Step
from scripts.lib.steps import StepContext
from smoke.locales import Locales
from smoke.site import Site
from smoke.subject import ImageFacts, Subject

PAGE = '<!doctype html><title>Acme</title><script>import("/_app/v1/entry/start.js");</script>'
PNG = b"\x89PNG\r\n\x1a\nours"
CONFIG = {"name": "Acme", "version": "1.2.0", "features": {"ldap": True}, "list": [{"id": "first"}]}
ANSWERS: dict[str, tuple[str, str | bytes]] = {
    "/": ("text/html; charset=utf-8", PAGE),
    "/health": ("application/json", '{"status": true}'),
    "/api/config": ("application/json", json.dumps(CONFIG)),
    "/opensearch.xml": ("application/xml", '<O xmlns="urn:x"><ShortName> Acme </ShortName></O>'),
    "/favicon.png": ("image/png", PNG),
    "/old": ("redirect", "/auth"),
    "/_app/v1/entry/start.js": ("text/javascript", 'import{a}from"../chunks/app.js";import("../chunks/i18n.js");'),
    "/_app/v1/chunks/app.js": ("text/javascript", 'const n="Acme",m="Acme";'),
    "/_app/v1/chunks/i18n.js": (
        "text/javascript",
        'const m={"./locales/en-US/t.json":()=>import("./en.js"),"./locales/pt-PT/t.json":()=>import("./pt.js")};',
    ),
    "/_app/v1/chunks/en.js": ("text/javascript", 'const t={"Name":"Student"};export{t as default};'),
    "/_app/v1/chunks/pt.js": ("application/javascript", 'const t={"Name":"Estudante"};export{t as default};'),
}
TREE = {
    "static/favicon.png": PNG,
    "LICENSE": b"Keep this.",
    "src/locales/en-US/t.json": b"{}",
    "src/locales/pt-PT/t.json": b"{}",
}
IMAGE = ImageFacts(
    config={"Env": ["NAME=Acme", "PATH=/bin"], "Labels": {"version": "1"}},
    files={"/app/LICENSE": b"Keep this.", "/app/advert": None, "/app": b""},
)
RELEASE = {
    "source": "release",
    "front_end": "f",
    "immutable": "_app/v1",
    "projections": [
        {"kind": "locale-chunk", "tree": "src/locales/{locale}/t.json", "module": "./locales/{locale}/t.json"}
    ],
}
STEP = {
    "id": "texts",
    "kind": "json",
    "why": "Ours.",
    "path": "src/locales/{locale}/t.json",
    "set": {"Name": "account"},
    "proofs": [{"layer": "http", "locale_texts": True}],
}


def site(answers: dict[str, tuple[str, str | bytes]]) -> Site:
    """A single-page server: what it does not know it answers with its page."""

    def answer(request: httpx.Request) -> httpx.Response:
        kind, body = answers.get(request.url.path, answers["/"])
        if kind == "redirect":
            return httpx.Response(302, headers={"location": str(body)})
        if kind == "refused":
            raise httpx.ConnectError("connection refused")
        return httpx.Response(200, content=body, headers={"content-type": kind})

    return Site("http://product", transport=httpx.MockTransport(answer))


def subject(
    context: StepContext,
    answers: dict[str, tuple[str, str | bytes]] | None = None,
    image: ImageFacts | None = IMAGE,
    **of_tree: Any,
) -> Subject:
    """The product, with some answers changed."""
    at = site(ANSWERS | (answers or {}))
    known = {"inputs": "", "source": "", "customization": "1.0", "tree": "f" * 40, "verified": True}
    applied = AppliedStep(step="texts", checkpoint="c", files=(), matches=1)
    return Subject(
        site=at,
        locales=Locales(at),
        tree=Tree.model_validate({**known, "steps": (applied,), **of_tree}),
        files=FileMap(TREE),
        context=context,
        release=Release.model_validate(RELEASE),
        image=image,
    )


def step(**changes: Any) -> Step:
    checked: Step = TypeAdapter(Step).validate_python(STEP | changes)
    return checked
