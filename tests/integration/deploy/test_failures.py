"""A deploy that fails: what serves then, what is kept, and what the next one does."""

import pytest

from scripts.lib import engine
from scripts.lib.deploy import deployments, env_file
from tests.deployments import deployment
from tests.integration.deploy.site import Site
from tests.integration.test_line import edit


def test_a_release_that_does_not_start_is_stopped_and_its_log_kept(site: Site) -> None:
    command = """command: [python3, -c, "print('no such setting'); raise SystemExit(3)"]"""
    edit(site.compose, "    init: true\n", f"    init: true\n    {command}\n")
    said = site.run("deploy", code=31)
    assert "ended" in said
    assert "no such setting" in said
    assert "nothing serves" in said
    assert not engine.made(site.container()).running
    assert "no such setting" in (site.line.out / "logs/deploy-tiny.log").read_text()
    assert [(one.outcome, one.serves) for one in site.history()] == [("failed", "nothing")]


def test_a_release_that_never_gets_healthy_is_stopped_at_the_deadline(site: Site) -> None:
    edit(site.line.environment, "start_seconds: 20", "start_seconds: 2")
    edit(site.compose, "    init: true\n", "    init: true\n    command: [sleep, '600']\n")
    assert f"did not answer well at http://127.0.0.1:{site.port}/health within 2 s" in site.run("deploy", code=31)
    assert not engine.made(site.container()).running


def test_a_release_that_shows_another_name_is_not_left_serving_and_the_way_back_is_told(site: Site) -> None:
    with deployments.lock(site.line.product, site.stack, "test") as store:
        store.keep(deployment(product=site.line.product, stack=site.stack))
    site.sets("WEBUI_NAME", "Another")
    said = site.run("deploy", code=31)
    assert "Another" in said
    assert f"the release before starts with: env STACK={site.stack}" in said
    assert "IMAGE_TINY_APP=localhost:5999/tiny-app@sha256:1 docker compose" in said
    assert "nothing serves" in said
    assert not engine.made(site.container()).running


def test_a_deploy_after_a_failed_one_goes_well(site: Site) -> None:
    site.sets("WEBUI_NAME", "Another")
    site.run("deploy", code=31)
    site.env_file.write_text(site.env_file.read_text().replace("WEBUI_NAME=Another", ""))
    site.run("deploy")
    assert site.name() == "Acme"
    assert [one.outcome for one in site.history()] == ["failed", "done"]


def test_what_cannot_be_pulled_leaves_the_release_before_serving(site: Site) -> None:
    site.run("deploy")
    before, record = site.container(), site.line.out / "release.test.json"
    text = record.read_text()
    digest = site.line.record("release.test")["images"]["tiny-app"]["digest"]
    try:
        record.write_text(text.replace(digest, f"sha256:{'0' * 64}"))
        said = site.run("deploy", code=30)
    finally:
        record.write_text(text)
    assert "the release before serves" in said
    assert (site.container(), site.name()) == (before, "Acme")
    last = site.history()[-1]
    assert (last.outcome, last.serves, last.switched) == ("failed", "previous", False)


def test_a_mistake_that_compose_finds_before_it_touches_anything_leaves_the_release_before_serving(site: Site) -> None:
    site.run("deploy")
    before = site.container()
    edit(site.compose, "    init: true\n", "    init: true\n    runtime: nosuch\n")
    assert "the release before serves" in site.run("deploy", code=30)
    assert (site.container(), site.name()) == (before, "Acme")
    last = site.history()[-1]
    assert (last.outcome, last.serves, last.switched) == ("failed", "previous", False)


def test_a_restart_does_not_start_what_was_not_proven(site: Site) -> None:
    site.sets("WEBUI_NAME", "Another")
    site.run("deploy", code=31)
    assert "did not end well" in site.run("restart", code=20)
    assert not engine.made(site.container()).running


def test_the_end_of_a_log_is_shown_without_secrets(site: Site) -> None:
    words = "import os; print('signed with', os.environ['SECRET']); raise SystemExit(3)"
    edit(site.compose, "    init: true\n", f'    init: true\n    command: [python3, -c, "{words}"]\n')
    secret = env_file.parse(site.env_file.read_text()).values["SECRET"]
    for said in (site.run("deploy", code=31), site.run("logs")):
        assert "signed with [REDACTED]" in said
        assert secret not in said


def test_the_way_back_is_told_without_the_variables_of_the_shell(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with deployments.lock(site.line.product, site.stack, "test") as store:
        store.keep(deployment(product=site.line.product, stack=site.stack))
    site.sets("WEBUI_NAME", "Another")
    monkeypatch.setenv("GREETING", "intruder")
    assert f"starts with: env --unset=GREETING STACK={site.stack}" in site.run("deploy", code=31)
