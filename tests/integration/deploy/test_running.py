"""A deploy that goes well: what runs, what a second one changes, and the stack in daily use."""

import os
import signal
import subprocess

import pytest

from scripts.lib import engine
from scripts.lib.deploy import deployments, stack
from tests.integration.deploy.site import Site, wait_until
from tests.integration.test_line import docker


def test_what_was_published_runs_by_digest_with_its_name(site: Site) -> None:
    said = site.run("deploy", "--environment", "test")
    assert f"http://127.0.0.1:{site.port}" in said
    assert site.name() == "Acme"
    made = engine.made(site.container())
    image = site.line.record("release.test")["images"]["tiny-app"]
    assert (made.reference, made.image_id) == (site.line.published(), image["image_id"])
    (kept,) = site.history()
    assert (kept.outcome, kept.serves, kept.switched, kept.copies) == ("done", "this", True, {})
    assert kept.proofs > 5
    assert kept.seconds_to_healthy is not None


def test_it_runs_under_the_limits_and_again_nothing_is_changed(site: Site) -> None:
    site.run("deploy")
    container = site.container()
    found = engine.client().api.inspect_container(container)["HostConfig"]
    assert found["Memory"] == 256 * 1024 * 1024
    assert (found["NanoCpus"], found["PidsLimit"], found["ReadonlyRootfs"]) == (10**9, 64, True)
    assert (found["CapDrop"], found["RestartPolicy"]["Name"]) == (["ALL"], "unless-stopped")
    assert found["PortBindings"] == {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(site.port)}]}
    assert "up to date" in site.run("deploy")
    assert site.container() == container
    assert len(site.history()) == 1
    # nothing is left beside the stack itself
    assert engine.labelled("container", {"graft.lock": site.stack}) == []
    assert engine.users_of(site.data) == [container]
    assert engine.users_of(deployments.volume_of(site.stack)) == []


def test_a_changed_setting_makes_a_new_container_over_the_same_data(site: Site) -> None:
    site.run("deploy")
    before = site.container()
    site.write(site.data, "kept", "by people")
    site.sets("TOPIC", "music")
    site.run("deploy")
    assert site.container() != before
    assert engine.made(site.container()).environment["TOPIC"] == "music"
    assert site.read(site.data, "kept") == "by people"
    assert [one.copies for one in site.history()] == [{}, {}]


def test_the_callers_variables_do_not_reach_the_container(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBUI_NAME", "Intruder")
    monkeypatch.setenv("GREETING", "intruder")
    site.run("deploy")
    environment = engine.made(site.container()).environment
    assert site.name() == "Acme"
    assert (environment["GREETING"], environment.get("WEBUI_NAME")) == ("hello", None)


def test_a_stack_is_stopped_restarted_and_read(site: Site) -> None:
    for stage in ("logs", "stop", "restart"):
        assert "invoke deploy" in site.run(stage, code=3)
    site.run("deploy")
    before = site.container()
    assert "GET /health" in site.run("logs")
    site.run("stop")
    assert not engine.made(before).running
    assert "up to date" in site.run("stop")
    assert f"http://127.0.0.1:{site.port}" in site.run("restart")
    assert (site.container(), site.name()) == (before, "Acme")
    assert f"1.0.0 as {site.stack}" in " ".join(site.run("status").split())
    site.run("stop")
    site.run("deploy")
    assert site.name() == "Acme"


def test_a_log_that_is_followed_ends_well_when_it_is_interrupted(site: Site) -> None:
    site.run("deploy")
    with site.begin("logs", "--follow", stdout=subprocess.PIPE) as process:
        assert process.stdout
        while b"GET /health" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 0


def test_a_container_that_was_restarted_long_ago_is_healthy_and_a_comment_changes_nothing(site: Site) -> None:
    site.run("deploy")
    before = site.container()
    os.kill(int(docker("inspect", "--format={{.State.Pid}}", before)), signal.SIGKILL)
    wait_until(lambda: docker("inspect", "--format={{.RestartCount}} {{.State.Running}}", before) == "1 true")
    wait_until(lambda: stack.answers(f"http://127.0.0.1:{site.port}/health"))
    with site.env_file.open("a") as file:
        file.write("# why\n")
    assert "up to date" in site.run("deploy")
    with deployments.lock(site.line.product, site.stack, "test") as store:
        store.keep(site.history()[0].model_copy(update={"inputs": "others"}))
    site.run("deploy")
    assert site.container() == before
