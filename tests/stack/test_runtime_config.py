"""The front end and its settings at run time; ports; what is given reaches the processes. (Acceptance D)"""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from scripts.lib.deploy.target import ANY
from tests.stack.conftest import Built, Standing
from tests.stack.plain import image_settings, plain
from tests.stack.site import Site

AWKWARD = """https://a.example/'"</script><!-- \\g<1> ünïcode & so on"""
AGAIN = "https://another.example"


def told(site: Site) -> dict[str, Any]:
    """Return what /config.js sets, read as JSON, as which it must be written."""
    answer = site.ask_service("lamb", "/config.js")
    assert answer.status_code == httpx.codes.OK
    assert "javascript" in answer.headers["content-type"]
    assert "no-store" in answer.headers["cache-control"]
    found = re.fullmatch(r"\s*window\.LAMB_CONFIG\s*=\s*(\{.*\})\s*;\s*", answer.text, re.DOTALL)
    assert found, answer.text
    assert "</script" not in answer.text
    settings: dict[str, Any] = json.loads(found[1])
    return settings


def test_the_page_is_told_the_commit_that_its_image_was_built_from(built: Built, site: Site) -> None:
    resolved = str(built.line.record("source")["sources"]["upstream"]["resolved"])
    assert told(site)["build"]["commit"] == resolved[:12]


@pytest.mark.parametrize("path", ["/", "/assistants", "/config.js", "/favicon.png"])
def test_every_page_is_served(site: Site, path: str) -> None:
    assert site.ask_service("lamb", path).status_code == httpx.codes.OK


def test_every_script_of_the_page_is_served(site: Site) -> None:
    page = site.ask_service("lamb", "/").text
    scripts = re.findall(r"""["'](?:\.?/)?(app/[^"']+\.js)["']""", page)
    assert scripts
    for script in scripts:
        assert site.ask_service("lamb", f"/{script}").status_code == httpx.codes.OK, script


def test_the_page_itself_is_never_an_old_one(site: Site) -> None:
    for path in ("/", "/assistants"):
        cached = site.ask_service("lamb", path).headers.get("cache-control", "")
        assert "no-store" in cached or "no-cache" in cached, path


def test_settings_of_the_front_end_are_exactly_those_of_the_environment(standing: Standing, tmp_path: Path) -> None:
    """Such an address the check of settings refuses, so the container is given it beside them."""
    values = {"LAMB_FRONTEND_LAMB_SERVER": AWKWARD, "LAMB_ENABLE_DEBUG": "true", "LAMB_ENABLE_OPENWEBUI": "false"}
    overlay = tmp_path / "awkward.yaml"
    overlay.write_text(yaml.safe_dump({"services": {"lamb": {"environment": values}}}))
    with standing(overlays=[overlay]) as site:
        site.stack.start()
        found = told(site)
        assert found["api"]["lambServer"] == AWKWARD
        assert (found["features"]["enableDebugMode"], found["features"]["enableOpenWebUi"]) == (True, False)


@pytest.mark.parametrize("service", ["lamb", "kb", "openwebui"])
def test_listener_check_and_published_port_are_one_port(site: Site, service: str) -> None:
    """The stand gives each service a free port, none of which is the image's own."""
    port = site.stack.published(service)
    assert site.stack.address(service).endswith(f":{port}")
    assert site.inside.environment(service)["PORT"] == str(port)
    assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).status_code < httpx.codes.INTERNAL_SERVER_ERROR
    assert site.stack.states()[service] == "healthy"


def test_a_changed_setting_shows_after_the_stack_is_made_anew(built: Built, tmp_path: Path) -> None:
    """Nothing of an image is written at start, so a recreated container tells its new settings."""
    with plain(built, tmp_path / "lamb", image_settings(built)) as site:
        site.compose("up", "--detach", "--wait")
        site.sets(LAMB_WEB_HOST=AGAIN)
        site.compose("up", "--detach", "--wait")
        answer = httpx.get(f"{site.address('LAMB_PORT')}/config.js", trust_env=False).text
        assert json.loads(answer.partition("=")[2].strip().rstrip(";"))["api"]["lambServer"] == AGAIN


def test_what_a_container_is_given_is_what_its_process_has(site: Site) -> None:
    """Of secrets, which compose's answer does not show here, that they are there."""
    for service in site.ours():
        settings = site.composed()[service].get("environment") or {}
        given = {name: str(value) for name, value in settings.items() if value is not None}
        has = site.inside.environment(service)
        assert given
        assert {name for name in given if not has.get(name) and given[name]} == set(), service
        assert {name for name in given if given[name] not in (has[name], ANY)} == set(), service
