"""Which checks are made from proofs: those of the version, of the image, and of what can be reached; each path once."""

from typing import Any

import httpx

from scripts.lib.settings.images import ImageSettings
from scripts.lib.steps import StepContext
from smoke.checks import look, plan
from smoke.site import Site
from tests.unit.smoke.checks.answers import ANSWERS, step, subject

SETTINGS = {
    "about": dict.fromkeys(("title", "description", "licences"), "x"),
    "release": {"dockerfile": "x", "base": "x", "python": {"lock": "x", "upstream": "x"}},
    "stand": {"port": 80, "health": "/health", "version": {"get": "/api/config", "json_path": "version"}},
}


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
