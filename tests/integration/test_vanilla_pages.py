"""The pages of an image beside those of the untouched upstream: what only ours complains of is told."""

from collections.abc import Iterator

import pytest

from tests.integration.test_line import Line, a_line, edit
from tests.integration.test_vanilla import counterproofs

NAME = "{ find: '=\"Tiny\",', replace: '=\"Acme\",' }"
LOUD = """{ find: '="Tiny",', replace: '="Acme",l=console.error("it broke"),' }"""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, base_image: str) -> Iterator[Line]:
    """A line whose smoke run looked at a page; the tests of this file go on from there, in their order."""
    with a_line(tmp_path_factory.mktemp("pages")) as line:
        edit(line.environment, "gates: [", "gates: [branding, ")
        for stage in ("fetch", "validate", "customize", "build", "smoke"):
            line.stage(stage)
        yield line


def test_the_upstreams_picture_stands_beside_ours(walked: Line) -> None:
    shots = walked.record("smoke-report")["shots"]
    assert len(shots) == 8
    for place in ("path", "vanilla"):
        assert all((walked.out / shot[place]).read_bytes().startswith(b"\x89PNG") for shot in shots)


def test_every_step_that_people_see_was_seen_in_a_browser(walked: Line) -> None:
    checks = walked.record("smoke-report")["checks"]["tiny-app"]
    assert {check["step"] for check in checks if check["layer"] == "browser" and check["passed"]} == {
        *("title", "app-name", "texts", "icons"),
        None,
    }


def test_a_browser_that_saw_the_upstream_shows_the_new_texts(walked: Line) -> None:
    checks = walked.record("smoke-report")["checks"]["tiny-app"]
    (new,) = (check for check in checks if check["name"].startswith("greeting is new to a browser"))
    assert (new["passed"], new["evidence"]) == (True, "1 proofs seen by a browser that saw other texts before")


def test_a_quiet_page_is_a_check_too(walked: Line) -> None:
    checks = walked.record("smoke-report")["checks"]["tiny-app"]
    (quiet,) = (check for check in checks if check["name"] == "login: no complaint of its own")
    assert (quiet["layer"], quiet["passed"]) == ("browser", True)


def test_the_upstream_is_walked_once_a_version(walked: Line) -> None:
    edit(walked.environment, "memory: 256m", "memory: 300m")
    said = walked.stage("smoke").stderr
    assert "look at the pages of tiny-app" in said
    assert "look at the untouched upstream" not in said


def test_a_complaint_of_our_own_is_refused(walked: Line) -> None:
    edit(walked.customizations / "steps.yaml", NAME, LOUD)
    for stage in ("validate", "customize", "build"):
        walked.stage(stage)
    said = walked.stage("smoke", code=20).stderr
    assert "image: login: no complaint of its own: console: it broke" in said
    assert "which the untouched upstream does not show" in said
    edit(walked.customizations / "steps.yaml", LOUD, NAME)


def test_a_proof_that_a_browser_sees_upstream_too_is_told(walked: Line) -> None:
    assert "passed" in counterproofs(walked)
    edit(walked.customizations / "steps.yaml", "page: loading, title: Acme", "page: loading, title: Tiny")
    said = counterproofs(walked, code=1)
    assert "1 failed" in said
    assert "title: title on loading, on the untouched upstream: holds without the step" in said
