"""The published image deployed for good, as the team would: generated settings, a first administrator, adopted data."""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from scripts.lib import engine, shell
from scripts.lib.deploy import deployments, env_file
from tests.e2e.conftest import BIN, Line
from tests.own_registry import free_port

OLD_USER = {"name": "Ana", "email": "ana@example.org", "password": "correct horse battery"}


@dataclass(frozen=True)
class Site:
    """One stack of the line's environment."""

    line: Line
    stack: str
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def deploy(self, *words: str) -> str:
        return self.line.invoke("deploy", "dev", *words)

    def settings(self) -> dict[str, str]:
        return dict(env_file.parse((self.line.checkout / "compose/lusochat/dev.env").read_text()).values)

    def container(self) -> str:
        (found,) = engine.labelled("container", {"com.docker.compose.project": self.stack})
        return found

    def host_config(self) -> dict[str, Any]:
        found: dict[str, Any] = engine.client().api.inspect_container(self.container())["HostConfig"]
        return found

    def sign_in(self, email: str, password: str) -> dict[str, Any]:
        given = {"email": email, "password": password}
        answer = httpx.post(f"{self.address}/api/v1/auths/signin", json=given, timeout=30)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def remove(self) -> None:
        for container in engine.labelled("container", {"com.docker.compose.project": self.stack}):
            engine.remove(container)
        for network in engine.labelled("network", {"com.docker.compose.project": self.stack}):
            engine.remove_network(network)
        named = shell.run(["docker", "volume", "ls", "--quiet", "--filter", f"name={self.stack}-"]).output.split()
        for volume in named:
            engine.remove_volume(volume)


def target(line: Line) -> Site:
    """Give the line's environment a stack and a port of its own, and make its file of settings."""
    site = Site(line, f"graft-e2e-{secrets.token_hex(3)}", free_port())
    environment = line.checkout / "compose/environments/dev.yaml"
    without = re.sub(r"\ndeploy: .*", "", environment.read_text()).rstrip()
    environment.write_text(f"{without}\ndeploy: {{ stack: {site.stack}, port: {site.port} }}\n")
    line.invoke("publish")
    (line.checkout / "compose/lusochat/dev.env").unlink(missing_ok=True)
    line.invoke("env", "--init")
    return site


@pytest.fixture(scope="module")
def site(line: Line) -> Iterator[Site]:
    """What one has after `invoke publish env --init deploy dev`."""
    made = target(line)
    try:
        assert made.address in made.deploy()
        yield made
    finally:
        made.remove()


def test_the_name_is_seen_where_users_reach_it(site: Site) -> None:
    assert httpx.get(f"{site.address}/api/config", timeout=30).json()["name"] == "Lusochat"
    kept = deployments.history(site.stack)[-1]
    assert (kept.outcome, kept.serves, kept.version) == ("done", "this", site.line.record("source")["version"])
    assert kept.proofs > 20


def test_the_first_administrator_is_there_and_nobody_else_becomes_one(site: Site) -> None:
    settings = site.settings()
    found = site.sign_in(settings["WEBUI_ADMIN_EMAIL"], settings["WEBUI_ADMIN_PASSWORD"])
    assert found["role"] == "admin"
    assert httpx.post(f"{site.address}/api/v1/auths/signup", json=OLD_USER, timeout=30).status_code == 403


def test_it_runs_with_nothing_more_than_it_needs(site: Site) -> None:
    found = site.host_config()
    assert (found["ReadonlyRootfs"], found["CapDrop"], found["Privileged"]) == (True, ["ALL"], False)
    assert "no-new-privileges:true" in found["SecurityOpt"]
    assert found["PortBindings"] == {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(site.port)}]}
    assert found["Memory"] == found["MemorySwap"] == 2 * 1024**3
    assert found["PidsLimit"] == 512
    assert found["RestartPolicy"]["Name"] == "unless-stopped"
    assert found["LogConfig"]["Config"] == {"max-size": "10m", "max-file": "5"}
    assert found["Init"] is True


def test_dockers_own_check_says_healthy(site: Site) -> None:
    deadline = time.monotonic() + 60
    while (state := engine.state(site.container())) and state.health != "healthy" and time.monotonic() < deadline:
        time.sleep(0.5)
    assert state is not None
    assert (state.health, state.restarts) == ("healthy", 0)


def test_a_second_deploy_changes_nothing(site: Site) -> None:
    before = site.container()
    assert "up to date" in site.deploy()
    assert site.container() == before


def test_every_line_of_the_template_reaches_the_container(line: Line) -> None:
    template = (line.checkout / "compose/lusochat/env.template").read_text()
    compose = (line.checkout / "compose/lusochat/compose.yaml").read_text()
    passed = set(re.findall(r"^      ([A-Z_]+):", compose, re.MULTILINE))
    assert set(env_file.template_values(template)) == passed


def test_a_setting_changed_after_the_first_start_is_told_to_have_no_effect(site: Site) -> None:
    file = site.line.checkout / "compose/lusochat/dev.env"
    before = file.read_text()
    try:
        file.write_text(before.replace("ENABLE_SIGNUP=false", "ENABLE_SIGNUP=true"))
        done = shell.run([BIN / "invoke", "env", "--check"], cwd=site.line.checkout, env=site.line.env, accept=(2,))
        assert "ENABLE_SIGNUP: has no effect: the database holds false as ui.enable_signup" in done.errors
    finally:
        file.write_text(before)


def test_todays_volume_and_its_secret_are_adopted(line: Line) -> None:
    made = target(line)
    old = f"{made.stack}-of-the-script"
    image = next(iter(line.record("release.dev")["images"].values()))  # type: ignore[attr-defined]
    reference = f"{image['registry']}/{image['repository']}@{image['digest']}"
    port = free_port()
    run = ["docker", "run", "--detach", "--label", "graft.test=1", "--volume", f"{old}:/app/backend/data"]
    older = shell.run([*run, "--publish", f"127.0.0.1:{port}:8080", reference]).output.strip()
    try:
        _sign_up(f"http://127.0.0.1:{port}")
        secret = engine.get_file(older, "/app/backend/.webui_secret_key")
        shell.run(["docker", "stop", older])
        made.deploy("--adopt", old)
        assert secret is not None
        assert made.settings()["WEBUI_SECRET_KEY"] == secret.decode().strip()
        assert made.sign_in(OLD_USER["email"], OLD_USER["password"])["role"] == "admin"
    finally:
        shell.run(["docker", "rm", "--force", older])
        made.remove()


def _sign_up(base: str) -> None:
    """Make the first account, as soon as the server answers."""
    deadline = time.monotonic() + 120
    while True:
        try:
            httpx.post(f"{base}/api/v1/auths/signup", json=OLD_USER, timeout=30).raise_for_status()
            return
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
