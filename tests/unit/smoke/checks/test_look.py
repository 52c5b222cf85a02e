"""A proof that is looked at: what is there passes with its evidence, what is not fails with what came."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from scripts.lib.records import Check
from scripts.lib.settings.proofs import Proof
from scripts.lib.steps import StepContext
from smoke.checks import Planned, look
from smoke.subject import Subject
from tests.unit.smoke.checks.answers import PAGE, step, subject


def seen(proof: dict[str, Any], of: Subject) -> Check:
    """Look at one proof of the step."""
    checked: Proof = TypeAdapter(Proof).validate_python(proof)
    return look(Planned("it", step(), checked), of)


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
