"""One run at a time on a stack, and what a killed one leaves."""

import os
import socket
import subprocess
import sys

import pytest

from scripts.lib import engine
from scripts.lib.deploy import deployments, stack
from scripts.lib.errors import CommandFailed
from tests.deployments import deployment
from tests.integration.deploy.site import STAGE, Site, wait_until
from tests.integration.test_line import ROOT, edit


def test_two_deploys_at_once_are_one(site: Site) -> None:
    with deployments.lock(site.line.product, site.stack, "deploy"):
        said = site.run("deploy", code=4)
    assert f"process {os.getpid()} on {socket.gethostname()}" in said
    site.run("deploy")


def die_holding(site: Site) -> None:
    """Take the lock in a process that ends at once."""
    program = (
        "import os; from scripts.lib.deploy import deployments; "
        f"held = deployments.lock('tiny', '{site.stack}', 'deploy'); held.__enter__(); os._exit(9)"
    )
    site.line.run(sys.executable, "-c", program, code=9)
    assert engine.state(deployments.volume_of(site.stack)) is not None


def test_a_lock_that_a_dead_process_left_is_taken_over(site: Site) -> None:
    die_holding(site)
    assert site.run("deploy").count("its lock is taken over") == 1
    assert engine.state(deployments.volume_of(site.stack)) is None
    assert engine.volume_labels(f"{deployments.volume_of(site.stack)}-lock") is None


def test_a_lock_of_another_machine_is_never_taken(site: Site) -> None:
    labels = {"graft.lock": site.stack, "graft.holder.machine": "another", "graft.holder.process": "1"}
    engine.create(
        engine.Container(image=engine.blank(), command=("-",), name=deployments.volume_of(site.stack), labels=labels)
    )
    assert f"docker rm {deployments.volume_of(site.stack)}" in site.run("deploy", code=4)


def test_a_deploy_that_was_killed_is_seen_and_the_next_one_goes_well(site: Site) -> None:
    text = site.compose.read_text()
    edit(site.compose, "    init: true\n", "    init: true\n    command: [sleep, '600']\n")
    with site.begin("deploy") as process:
        wait_until(lambda: any(one.state.running for one in stack.services(site.stack)))
        process.kill()
    assert [(one.outcome, one.switched) for one in site.history()] == [("begun", True)]
    assert "broken off" in site.run("status")
    site.compose.write_text(text)
    assert "its lock is taken over" in site.run("deploy")
    assert [one.outcome for one in site.history()] == ["begun", "done"]
    assert site.name() == "Acme"


def test_a_lock_that_was_pruned_holds_all_the_same(site: Site) -> None:
    name = deployments.volume_of(site.stack)
    with deployments.lock(site.line.product, site.stack, "deploy") as store:
        engine.remove(name)  # as `docker container prune` does
        said = site.run("deploy", code=4)
        assert f"deploy, process {os.getpid()} on {socket.gethostname()}" in said
        assert f"docker volume rm {name}-lock" in said
        assert f"deploy, process {os.getpid()}" in (deployments.holder_of(site.stack) or "")
        store.keep(deployment(product=site.line.product, stack=site.stack))
    assert len(site.history()) == 1
    assert deployments.holder_of(site.stack) is None
    assert engine.volume_labels(f"{name}-lock") is None


def test_a_lock_of_a_dead_process_that_was_pruned_is_taken_over(site: Site) -> None:
    die_holding(site)
    engine.remove(deployments.volume_of(site.stack))
    assert site.run("deploy").count("its lock is taken over") == 1


def test_a_lock_that_is_removed_while_it_is_taken_is_not_held(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    create = engine.create_volume

    def pruned(labels: engine.Labels, name: str | None = None) -> str:
        engine.remove(deployments.volume_of(site.stack))
        return create(labels, name)

    monkeypatch.setattr(engine, "create_volume", pruned)
    with (
        pytest.raises(CommandFailed, match="was removed while it was taken"),
        deployments.lock(site.line.product, site.stack, "deploy"),
    ):
        pytest.fail("the lock is nobody's")
    assert engine.volume_labels(f"{deployments.volume_of(site.stack)}-lock") is None


def test_a_lock_is_not_taken_over_from_another_space_of_process_numbers(site: Site) -> None:
    own = {"CHECKOUT": str(site.line.root), "CACHE": str(site.line.cache)}
    own |= {"PRODUCT": site.line.product, "ENVIRONMENT": "test"}
    apart = ("unshare", "--pid", "--fork", "--mount-proc", *STAGE, "scripts.deploy")
    with deployments.lock(site.line.product, site.stack, "deploy"):
        done = subprocess.run(apart, cwd=ROOT, env=os.environ | own, capture_output=True, text=True, check=False)
        assert engine.state(deployments.volume_of(site.stack)) is not None
    if "unshare" in done.stderr:
        pytest.skip(done.stderr)
    assert (done.returncode, "another run works on the stack" in done.stderr) == (4, True)
