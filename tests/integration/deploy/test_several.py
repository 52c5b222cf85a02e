"""A product of two images that need each other, deployed: both are healthy, both are proven where they are met."""

import secrets
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scripts.lib import engine, loopback
from scripts.lib.deploy import deployments, env_file
from scripts.lib.deploy.stack import services
from tests import pair
from tests.integration.deploy.site import Site
from tests.integration.test_line import Line, a_line, edit


@pytest.fixture(scope="module")
def published_pair(tmp_path_factory: pytest.TempPathFactory, base_image: str) -> Iterator[Line]:
    """A line of Pair that has published once."""
    with a_line(tmp_path_factory.mktemp("pair"), pair) as line:
        said = line.run(str(Path(sys.executable).with_name("invoke")), "publish")
        assert "they are started by: invoke deploy test" in said.stdout + said.stderr
        assert "docker run" not in said.stdout + said.stderr
        yield line


@pytest.fixture
def site(published_pair: Line) -> Iterator[Site]:
    """A target of its own for each test, with ports of its own; nothing runs there."""
    line, (port, store) = published_pair, loopback.free_ports(2)
    made = Site(line, f"graft-test-{secrets.token_hex(3)}", port)
    before = {path: path.read_text() for path in (line.environment, made.compose, line.customizations / "product.yaml")}
    line.environment.write_text(
        f"{before[line.environment]}\ndeploy: {{ stack: {made.stack}, port: {port}, start_seconds: 40 }}\n"
    )
    try:
        made.run("env", "--init")
        made.sets("STORE_PORT", str(store))
        yield made
    finally:
        for path, text in before.items():
            path.write_text(text)
        made.env_file.unlink(missing_ok=True)
        made.remove()


def store_port(site: Site) -> int:
    return int(env_file.parse(site.env_file.read_text()).values["STORE_PORT"])


def states(site: Site) -> dict[str, tuple[str | None, str | None]]:
    return {one.service: (one.state.health, one.image_id) for one in services(site.stack)}


def test_all_are_healthy_by_digest_and_each_is_proven_where_it_is_met(site: Site) -> None:
    assert "settings are well" in site.run("env", "--check")
    said = site.run("deploy")
    images = site.line.record("release.test")["images"]
    assert states(site) == {
        "web": ("healthy", images["pair-web"]["image_id"]),
        "store": ("healthy", images["pair-store"]["image_id"]),
    }
    # health, version and name of the front; health and motto of the store
    assert "5 proofs seen" in said
    (kept,) = site.history()
    assert (kept.outcome, kept.proofs, set(kept.images)) == ("done", 5, {"pair-web", "pair-store"})
    assert httpx.get(f"http://127.0.0.1:{store_port(site)}/health", trust_env=False).json() == {"motto": "We keep it"}
    assert "up to date" in site.run("deploy")


def test_every_port_in_use_is_told_before_anything_starts(site: Site) -> None:
    with socket.socket() as web, socket.socket() as store:
        for taken, port in ((web, site.port), (store, store_port(site))):
            taken.bind(("127.0.0.1", port))
            taken.listen()
        for stage in (("env", "--check"), ("deploy",)):
            said = " ".join(site.run(*stage, code=2).split())
            assert f"port {site.port} is in use by another program; free it, or set deploy.port" in said
            assert f"port {store_port(site)} is in use by another program; free it, or set STORE_PORT" in said
    assert site.history() == []


def test_an_image_that_publishes_nothing_is_not_met_and_the_stack_is_still_waited_for(site: Site) -> None:
    edit(site.line.customizations / "product.yaml", "{ hidden: [", "{ test: [")
    assert "3 proofs seen" in site.run("deploy")
    assert {health for health, _ in states(site).values()} == {"healthy"}
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{store_port(site)}/health", trust_env=False)


def test_where_one_ends_while_compose_still_starts_the_others_that_is_told_with_its_log(site: Site) -> None:
    site.sets("BROKEN", "true")
    said = site.run("deploy", code=31)
    assert "store ended" in said
    assert "the store is broken, and its token is [REDACTED]" in said
    assert "nothing serves" in said
    assert [one.serves for one in site.history()] == ["nothing"]
    assert all(not one.state.running for one in services(site.stack))


def test_a_mistake_in_the_compose_files_is_told_by_the_check(site: Site) -> None:
    edit(site.compose, "volumes: [notes:/data]", "volumes: [nots:/data]")
    for stage in (("env", "--check"), ("deploy",)):
        said = " ".join(site.run(*stage, code=2).split())
        assert "compose cannot read its files with these settings" in said
        assert "nots" in said
    assert site.history() == []


def test_a_restart_waits_for_all(site: Site) -> None:
    site.run("deploy")
    containers = set(engine.labelled("container", {"com.docker.compose.project": site.stack}))
    assert "healthy after" in site.run("restart")
    assert {health for health, _ in states(site).values()} == {"healthy"}
    assert set(engine.labelled("container", {"com.docker.compose.project": site.stack})) == containers
    assert deployments.last_good(site.history()) is not None
