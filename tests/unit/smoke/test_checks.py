"""Checks made from proofs, against a product that a table of answers stands in for."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from scripts.lib.files import FileMap
from scripts.lib.records import AppliedStep, Check, Tree
from scripts.lib.settings.images import ImageSettings, Release
from scripts.lib.settings.proofs import Proof
from scripts.lib.settings.steps import Step
from scripts.lib.steps import StepContext
from smoke.checks import Planned, look, plan
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
SETTINGS = {
    "about": dict.fromkeys(("title", "description", "licences"), "x"),
    "release": {"dockerfile": "x", "base": "x", "python": {"lock": "x", "upstream": "x"}},
    "stand": {"port": 80, "health": "/health", "version": {"get": "/api/config", "json_path": "version"}},
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


@pytest.fixture
def context(tmp_path: Path) -> StepContext:
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand/texts.yaml").write_text("texts: {account: {default: Student, pt-PT: Estudante}}")
    return StepContext(tmp_path, "1.2.0", tmp_path)


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


def seen(proof: dict[str, Any], of: Subject) -> Check:
    """Look at one proof of the step."""
    checked: Proof = TypeAdapter(Proof).validate_python(proof)
    return look(Planned("it", step(), checked), of)


def step(**changes: Any) -> Step:
    checked: Step = TypeAdapter(Step).validate_python(STEP | changes)
    return checked


@pytest.mark.parametrize(
    ("proof", "evidence"),
    [
        ({"layer": "http", "get": "/api/config", "json_path": "name", "equals": "Acme"}, "is 'Acme'"),
        ({"layer": "http", "get": "/api/config", "json_path": "features.ldap", "equals": True}, "is True"),
        ({"layer": "http", "get": "/api/config", "json_path": "list.0.id", "equals": "first"}, "is 'first'"),
        ({"layer": "http", "get": "/", "contains": "<title>Acme<"}, "200, 85 bytes, with '<title>Acme<'"),
        ({"layer": "http", "get": "/", "xpath": "//title", "equals": "Acme"}, "is 'Acme'"),
        (
            {"layer": "http", "get": "/opensearch.xml", "xpath": "//*[local-name()='ShortName']", "equals": "Acme"},
            "is 'Acme'",
        ),
        ({"layer": "http", "get": "/favicon.png", "same_as": "static/favicon.png"}, "12 bytes, sha256 "),
        ({"layer": "http", "locale_texts": True}, "1 texts in each of 2 locales"),
        ({"layer": "http", "bundle_contains": '"Acme"', "count": 2}, "stands 2 times in 5 scripts: app.js"),
        ({"layer": "image-config", "env": {"NAME": "Acme"}, "labels": {"version": "1"}}, "NAME=Acme, version=1"),
        ({"layer": "image-file", "path": "/app/LICENSE", "same_as": "LICENSE"}, "10 bytes, sha256 "),
        ({"layer": "image-file", "path": "/app/LICENSE", "contains": "Keep"}, "/app/LICENSE has 'Keep'"),
        ({"layer": "image-file", "path": "/app/advert", "absent": True}, "the image has no /app/advert"),
        ({"layer": "tree", "reason": "nothing shows it"}, "verified on the tree ffffffffffff; nothing shows it"),
    ],
)
def test_what_is_there_passes_with_its_evidence(proof: dict[str, Any], evidence: str, context: StepContext) -> None:
    check = seen(proof, subject(context))
    assert check.passed, check.evidence
    assert evidence in check.evidence
    assert (check.step, check.layer) == ("texts", proof["layer"])


NAME = {"layer": "http", "get": "/api/config", "json_path": "name", "equals": "Acme"}
TEXTS = {"layer": "http", "locale_texts": True}


@pytest.mark.parametrize(
    ("proof", "answers", "evidence"),
    [
        pytest.param(
            NAME,
            {"/api/config": ("application/json", '{"name": "Tiny"}')},
            "GET /api/config: name is 'Tiny' instead of 'Acme'",
            id="200 with the wrong name",
        ),
        pytest.param(
            NAME,
            {"/api/config": ("text/html", PAGE)},
            "no JSON: GET /api/config answered 200 text/html: <!doctype html><title>Acme",
            id="a page where JSON was expected",
        ),
        pytest.param(
            NAME,
            {"/api/config": ("redirect", "/auth")},
            "GET /api/config answered 302 to /auth",
            id="a redirect",
        ),
        pytest.param(
            NAME,
            {"/api/config": ("application/json", "{}")},
            "there is no 'name' in: GET /api/config",
            id="a key that is not there",
        ),
        pytest.param(
            NAME,
            {"/api/config": ("refused", "")},
            "GET /api/config: connection refused",
            id="nobody answers",
        ),
        pytest.param(
            {"layer": "http", "get": "/api/config", "json_path": "features.ldap", "equals": True},
            {"/api/config": ("application/json", '{"features": {"ldap": 1}}')},
            "features.ldap is 1",
            id="another type",
        ),
        pytest.param(
            {"layer": "http", "get": "/", "contains": "Tiny"},
            {},
            "'Tiny' is not in: GET / answered 200",
            id="a text that is not there",
        ),
        pytest.param(
            {"layer": "http", "get": "/opensearch.xml", "xpath": "//none", "equals": "Acme"},
            {},
            "'//none' stands 0 times instead of once",
            id="an XPath that matches nothing",
        ),
        pytest.param(
            {"layer": "http", "get": "/api/config", "xpath": "//none", "equals": "Acme"},
            {},
            "no XML: GET /api/config",
            id="JSON where XML was expected",
        ),
        pytest.param(
            {"layer": "http", "get": "/favicon.png", "same_as": "static/favicon.png"},
            {"/favicon.png": ("image/png", b"theirs")},
            "6 bytes, sha256 ",
            id="other bytes",
        ),
        pytest.param(
            {"layer": "http", "get": "/favicon.png", "same_as": "static/none.png"},
            {},
            "the customized tree has no static/none.png",
            id="nothing to compare with",
        ),
        pytest.param(
            {"layer": "http", "bundle_contains": '"Acme"'},
            {},
            "stands 2 times in 5 scripts instead of 1: app.js",
            id="a literal too often",
        ),
        pytest.param(
            TEXTS,
            {"/_app/v1/chunks/pt.js": ("text/javascript", 'const t={"Name":"Student"};export{t as default};')},
            "pt-PT: 'Name' is 'Student' instead of 'Estudante' in /_app/v1/chunks/pt.js",
            id="another text in one locale",
        ),
        pytest.param(
            TEXTS,
            {"/_app/v1/chunks/pt.js": ("text/html", PAGE)},
            "not a script: GET /_app/v1/chunks/pt.js answered 200 text/html",
            id="the page where a chunk was expected",
        ),
        pytest.param(
            TEXTS,
            {"/_app/v1/chunks/pt.js": ("text/javascript", "const t={")},
            "pt-PT: /_app/v1/chunks/pt.js: does not parse as JavaScript",
            id="a chunk that does not parse",
        ),
        pytest.param(
            TEXTS,
            {
                "/_app/v1/chunks/i18n.js": (
                    "text/javascript",
                    'const m={"./locales/en-US/t.json":()=>import("./en.js")};',
                )
            },
            "pt-PT is not in the page's map",
            id="a locale that the page does not know",
        ),
        pytest.param(
            TEXTS,
            {"/_app/v1/chunks/i18n.js": ("text/javascript", "")},
            "none of 3 scripts of the page has a map of ./locales/{locale}/t.json",
            id="no map",
        ),
        pytest.param(
            TEXTS,
            {"/": ("text/html", "<!doctype html><title>Acme</title>")},
            "no script stands on the page",
            id="a page without scripts",
        ),
        pytest.param(
            {"layer": "image-config", "env": {"NAME": "Tiny", "NONE": "1"}},
            {},
            "environment NAME is 'Acme' instead of 'Tiny'; environment NONE is 'not set' instead of '1'",
            id="another environment of the image",
        ),
        pytest.param(
            {"layer": "image-file", "path": "/app/advert", "contains": "x"},
            {},
            "the image has no /app/advert",
            id="no such file in the image",
        ),
        pytest.param(
            {"layer": "image-file", "path": "/app/LICENSE", "absent": True},
            {},
            "the image has /app/LICENSE, 10 bytes",
            id="a file that should be gone",
        ),
        pytest.param(
            {"layer": "image-file", "path": "/ap/advert", "absent": True},
            {},
            "that /ap/advert is absent says nothing: the image has no /ap",
            id="an absent file of no folder",
        ),
        pytest.param(
            {"layer": "http", "get": "/auth", "contains": "<title>Acme"},
            {},
            "the page itself came, as for anything that the server does not know: GET /auth answered 200",
            id="the page in place of a path",
        ),
        pytest.param(
            {"layer": "image-file", "path": "/app/LICENSE", "contains": "Tiny"},
            {},
            "'Tiny' is not in /app/LICENSE: b'Keep this.'",
            id="a file without the text",
        ),
    ],
)
def test_what_is_not_there_fails_with_what_came(
    proof: dict[str, Any], answers: dict[str, tuple[str, str | bytes]], evidence: str, context: StepContext
) -> None:
    check = seen(proof, subject(context, answers))
    assert not check.passed
    assert evidence in check.evidence


@pytest.mark.parametrize("of_tree", [{"verified": False}, {"undone": ("texts",)}, {"steps": ()}])
def test_a_tree_proof_fails_where_the_end_state_was_not_verified(of_tree: dict[str, Any], context: StepContext) -> None:
    assert not seen({"layer": "tree", "reason": "nothing shows it"}, subject(context, **of_tree)).passed


def test_an_image_proof_fails_where_only_an_address_is_known(context: StepContext) -> None:
    check = seen({"layer": "image-file", "path": "/app/LICENSE", "contains": "Keep"}, subject(context, image=None))
    assert check.evidence == "only an address is known, not the image"


def image(**changes: Any) -> ImageSettings:
    return ImageSettings.model_validate(SETTINGS | changes)


def test_every_image_is_asked_for_its_health_and_for_the_version_that_was_fetched(context: StepContext) -> None:
    assert [(c.name, look(c, subject(context)).passed) for c in plan([], image(), "1.2.0")] == [
        ("health", True),
        ("version", True),
    ]
    newer = look(plan([], image(), "1.3.0")[1], subject(context))
    assert newer.evidence == "GET /api/config: version is '1.2.0' instead of '1.3.0'"


def test_steps_and_proofs_count_for_their_versions_only() -> None:
    new = {"layer": "http", "get": "/new", "contains": "x", "versions": {"from": "2.0"}}
    old = {"layer": "http", "get": "/old", "contains": "x", "versions": {"to": "1.9"}}
    later = step(id="later", versions={"from": "2.0"})
    names = [c.name for c in plan([step(proofs=[new, old]), later], image(), "1.2.0") if c.step]
    assert names == ["/old x"]


def test_a_step_none_of_whose_proofs_applies_fails(context: StepContext) -> None:
    unproven = step(proofs=[{"layer": "http", "get": "/", "contains": "x", "versions": {"from": "2.0"}}])
    planned = [c for c in plan([unproven], image(), "1.2.0") if c.step]
    assert [c.proof for c in planned] == [None]
    check = look(planned[0], subject(context))
    assert (check.passed, check.step) == (False, "texts")


def test_a_proof_of_one_image_is_looked_at_there_alone() -> None:
    ours = {"layer": "http", "get": "/ours", "contains": "x", "image": "app"}
    theirs = {"layer": "http", "get": "/theirs", "contains": "x", "image": "store"}
    of_both = {"layer": "http", "get": "/both", "contains": "x"}
    steps = [step(proofs=[ours, of_both]), step(id="other", proofs=[theirs])]
    for name, seen in (("app", ["/ours x", "/both x"]), ("store", ["/both x", "/theirs x"]), (None, ["/both x"])):
        assert [c.name for c in plan(steps, image(), "1.2.0", name=name) if c.step] == seen


def test_a_step_that_is_proven_on_another_image_is_not_missed_on_this_one() -> None:
    old = {"layer": "http", "get": "/", "contains": "x", "image": "app", "versions": {"to": "1.0"}}
    theirs = {"layer": "http", "get": "/", "contains": "x", "image": "store"}
    assert [c for c in plan([step(proofs=[old, theirs])], image(), "1.2.0", name="app") if c.step] == []


def test_on_a_deployment_only_what_reads_over_the_network_is_looked_at() -> None:
    reads = {"layer": "http", "get": "/", "contains": "x"}
    writes = reads | {"get": "/write", "read_only": False}
    of_image = {"layer": "image-file", "path": "/x", "absent": True}
    planned = plan([step(proofs=[reads, writes, of_image])], image(proofs=[of_image]), "1.2.0", deployed=True)
    assert [c.name for c in planned] == ["health", "version", "/ x"]


def test_a_path_is_asked_once() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        kind, body = ANSWERS[request.url.path]
        return httpx.Response(200, content=body, headers={"content-type": kind})

    one = Site("http://product", transport=httpx.MockTransport(answer))
    assert one.scripts() == one.scripts()
    one.get("/")
    assert sorted(asked) == sorted(set(asked))
