"""Deploys of Tiny on the real engine: what changes, what does not, what is copied, and what a failure leaves."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from scripts.lib import engine
from scripts.lib.deploy import deployments, entry, env_file, stack, volumes
from scripts.lib.deploy.deployments import Deployment
from scripts.lib.deploy.run import Wish
from scripts.lib.errors import CommandFailed, DeployFailed, NothingServes
from scripts.lib.settings.selection import select
from tests.deployments import deployment
from tests.integration.test_line import ROOT, Line, a_line, docker, edit

STAGE = (sys.executable, "-m")


@dataclass(frozen=True)
class Site:
    """One target of a line that has published."""

    line: Line
    stack: str
    port: int

    @property
    def data(self) -> str:
        return f"{self.stack}-data"

    @property
    def env_file(self) -> Path:
        return self.line.root / "compose" / self.line.product / "test.env"

    @property
    def compose(self) -> Path:
        return self.line.root / "compose" / self.line.product / "compose.yaml"

    def run(self, stage: str, *words: str, code: int = 0) -> str:
        """Run a stage and return all that it said."""
        done = self.line.run(*STAGE, f"scripts.{stage}", *words, code=code)
        return done.stdout + done.stderr

    def begin(self, stage: str, *words: str, stdout: int | None = None) -> "subprocess.Popen[bytes]":
        """Start a stage and do not wait for its end."""
        own = {"CHECKOUT": str(self.line.root), "CACHE": str(self.line.cache)}
        own |= {"PRODUCT": self.line.product, "ENVIRONMENT": "test"}
        return subprocess.Popen([*STAGE, f"scripts.{stage}", *words], cwd=ROOT, env=os.environ | own, stdout=stdout)

    def name(self) -> str:
        """The name that users see."""
        answer = httpx.get(f"http://127.0.0.1:{self.port}/api/config", timeout=5, trust_env=False)
        return str(answer.raise_for_status().json()["name"])

    def container(self) -> str:
        (found,) = engine.labelled("container", {"com.docker.compose.project": self.stack})
        return found

    def history(self) -> list[Deployment]:
        return deployments.history(self.stack)

    def sets(self, name: str, value: str) -> None:
        """Add a line to the file of settings."""
        with self.env_file.open("a") as file:
            file.write(f"{name}={value}\n")

    def write(self, volume: str, name: str, text: str) -> None:
        """Put a file into a volume."""
        with volumes.holding(volume) as holder:
            engine.put_file(holder, volumes.PLACE, name, text.encode())

    def read(self, volume: str, name: str) -> str | None:
        with volumes.holding(volume) as holder:
            found = engine.get_file(holder, f"{volumes.PLACE}/{name}")
        return None if found is None else found.decode()

    def remove(self) -> None:
        """Remove every container and volume of the stack."""
        for container in engine.labelled("container", {"com.docker.compose.project": self.stack}):
            engine.remove(container)
        engine.remove(deployments.volume_of(self.stack))
        for network in engine.labelled("network", {"com.docker.compose.project": self.stack}):
            engine.remove_network(network)
        for volume in docker("volume", "ls", "--quiet", "--filter", f"name={self.stack}-").split():
            engine.remove_volume(volume)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line that has published once."""
    with a_line(tmp_path_factory.mktemp("deploy")) as line:
        line.invoke("publish")
        yield line


@pytest.fixture
def site(published: Line) -> Iterator[Site]:
    """A target of its own for each test: nothing runs there, and its file of settings is made."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Site(published, f"graft-test-{secrets.token_hex(3)}", port)
    before = {path: path.read_text() for path in (published.environment, made.compose)}
    published.environment.write_text(
        f"{before[published.environment]}\ndeploy: {{ stack: {made.stack}, port: {port}, start_seconds: 20 }}\n"
    )
    try:
        made.run("env", "--init")
        yield made
    finally:
        for path, text in before.items():
            path.write_text(text)
        made.env_file.unlink(missing_ok=True)
        made.remove()


def of_another_version(site: Site) -> None:
    """Make the last deployment one of version 0.9.0."""
    with deployments.lock(site.line.product, site.stack, "test") as store:
        store.keep(site.history()[-1].model_copy(update={"version": "0.9.0", "inputs": "others"}))


def copies_of(volume: str) -> list[str]:
    return engine.labelled("volume", {"graft.copy-of": volume})


def grow(site: Site, volume: str) -> None:
    """Make a volume so large that copying it takes a while."""
    run = ("run", "--rm", "--network=none", "--user=0", "--entrypoint=sh", "--label=graft.test=1")
    docker(*run, f"--volume={volume}:/v", site.line.published(), "-c", "head -c 1500000000 /dev/zero > /v/large")


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


def test_data_that_another_version_will_meet_are_copied_first(site: Site) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    of_another_version(site)
    said = site.run("deploy")
    ((copy, volume),) = site.history()[-1].copies.items()
    assert volume == site.data
    assert copy.startswith(f"{site.data}-of-0.9.0-before-1.0.0-")
    assert f"the data as it was is in volume {copy}" in said
    assert site.read(copy, "kept") == "by people"
    mark = json.loads(site.read(copy, volumes.MARK) or "")
    assert (mark["of"], mark["because"]) == (site.data, "data of 0.9.0 is to meet 1.0.0")
    assert mark["bytes"] > 0
    assert site.name() == "Acme"


def test_where_the_copy_fails_the_release_before_serves_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise CommandFailed("no space left on device", hint="make room")

    site.run("deploy")
    site.write(site.data, "kept", "by people")
    before = site.container()
    of_another_version(site)
    monkeypatch.setattr(volumes, "copy", full)
    monkeypatch.setenv("CHECKOUT", str(site.line.root))
    monkeypatch.setenv("CACHE", str(site.line.cache))
    with pytest.raises(DeployFailed, match="no space left"):
        entry.deploy(select(site.line.product, "test"), Wish())
    assert (site.container(), site.name()) == (before, "Acme")
    last = site.history()[-1]
    assert (last.outcome, last.serves, last.switched, last.copies) == ("failed", "previous", False, {})


def test_an_older_deployment_is_adopted_with_its_secret_and_stays_as_it_is(site: Site) -> None:
    old, key = f"{site.stack}-old", "old-secret-" + "x" * 32
    docker("volume", "create", "--label", "graft.test=1", old)
    site.write(old, "kept", "by people")
    older = docker("run", "--detach", "--label", "graft.test=1", "--volume", f"{old}:/data", "--env", f"SECRET={key}",
                   site.line.published(), "sleep", "600")  # fmt: skip
    try:
        assert "would write while it is copied" in site.run("deploy", "--adopt", old, code=4)
        docker("stop", "--time", "0", older)
        said = site.run("deploy", "--adopt", old)
        assert f"{old} stays as it is" in said
        assert key not in said
        assert site.read(site.data, "kept") == site.read(old, "kept") == "by people"
        assert engine.made(site.container()).environment["SECRET"] == key
        assert "has data already" in site.run("deploy", "--adopt", old, code=2)
        assert "up to date" in site.run("deploy")
    finally:
        docker("rm", "--force", older)


def test_an_adoption_that_broke_off_is_told_and_done_again(site: Site) -> None:
    old = f"{site.stack}-old"
    docker("volume", "create", "--label", "graft.test=1", old)
    site.write(old, "kept", "by people")
    docker("volume", "create", "--label", f"graft.adopted={old}", site.data)
    site.write(site.data, "half", "of it")
    said = site.run("deploy", code=2)
    assert "was not ended" in said
    assert "remove" not in said
    site.run("deploy", "--adopt", old)
    assert (site.read(site.data, "kept"), site.read(site.data, "half")) == ("by people", None)
    (aside,) = docker("volume", "ls", "--quiet", "--filter", f"name={site.data}-unfinished-").split()
    assert site.read(aside, "half") == "of it"


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


def test_a_port_in_use_is_found_before_anything_starts(site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        for stage in (("deploy",), ("env", "--check")):
            assert f"port {site.port} is in use" in site.run(*stage, code=2)
    assert site.history() == []
    assert engine.labelled("container", {"com.docker.compose.project": site.stack}) == []


def test_everything_wrong_with_the_settings_is_told_at_once_and_nothing_starts(site: Site) -> None:
    site.env_file.write_text("SECRET=short\nGREETNG=hi\nTOPIC='<topic>'\nORPHAN=1\nSTACK=mine\n")
    site.env_file.chmod(0o644)
    for stage in (("env", "--check"), ("deploy",)):
        said = site.run(*stage, code=2)
        for words in ("0644", "'GREETING'", "<topic>", "reaches no container", "STACK"):
            assert words in said
    assert engine.labelled("container", {"com.docker.compose.project": site.stack}) == []


def test_a_setting_that_the_database_overrules_is_told_by_the_check_and_stops_no_deploy(site: Site) -> None:
    site.run("deploy")
    assert "settings are well" in site.run("env", "--check")
    site.write(site.data, "settings.json", '{"greeting": "good day"}')
    words = 'GREETING: has no effect: the database holds "good day" as greeting'
    assert words in site.run("env", "--check", code=2)
    assert words in site.run("deploy")
    site.write(site.data, "settings.json", "no json")
    assert "could not be asked" in site.run("env", "--check", code=2)


def test_without_a_file_of_settings_the_next_command_is_told(site: Site) -> None:
    site.env_file.unlink()
    assert "ENVIRONMENT=test invoke env --init" in site.run("deploy", code=2)


def test_the_file_is_for_its_owner_and_what_is_there_stays(site: Site) -> None:
    assert site.env_file.stat().st_mode & 0o777 == 0o600
    text = site.env_file.read_text()
    assert "up to date" in site.run("env", "--init")
    assert site.env_file.read_text() == text
    site.env_file.write_text("GREETING=mine\n")
    site.env_file.chmod(0o644)
    site.run("env", "--init")
    assert site.env_file.read_text().startswith("GREETING=mine\nSECRET=")
    assert site.env_file.stat().st_mode & 0o777 == 0o600


def test_a_stack_of_another_environment_is_left_alone(site: Site) -> None:
    with deployments.lock("other", site.stack, "test") as store:
        store.keep(deployment(product="other", stack=site.stack))
    assert "is that of other in environment test" in site.run("deploy", code=2)


def test_two_deploys_at_once_are_one(site: Site) -> None:
    with deployments.lock(site.line.product, site.stack, "deploy"):
        said = site.run("deploy", code=4)
    assert f"process {os.getpid()} on {socket.gethostname()}" in said
    site.run("deploy")


def test_a_lock_that_a_dead_process_left_is_taken_over(site: Site) -> None:
    program = (
        "import os; from scripts.lib.deploy import deployments; "
        f"held = deployments.lock('tiny', '{site.stack}', 'deploy'); held.__enter__(); os._exit(9)"
    )
    site.line.run(sys.executable, "-c", program, code=9)
    assert engine.state(deployments.volume_of(site.stack)) is not None
    assert "its lock is taken over" in site.run("deploy")
    assert engine.state(deployments.volume_of(site.stack)) is None


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


def test_a_large_volume_is_looked_into_quickly(site: Site) -> None:
    site.write(site.data, "large", "x" * (64 << 20))
    began = time.monotonic()
    assert volumes.has_data(site.data)
    assert time.monotonic() - began < 10


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


def test_a_copy_of_before_a_failed_deploy_is_named_by_the_next_ones_until_one_goes_well(site: Site) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    of_another_version(site)
    site.sets("WEBUI_NAME", "Another")
    site.run("deploy", code=31)
    (copy,) = copies_of(site.data)
    assert f"as it was before is in volume {copy}" in site.run("deploy", code=31)
    assert copies_of(site.data) == [copy]
    site.env_file.write_text(site.env_file.read_text().replace("WEBUI_NAME=Another", ""))
    site.run("deploy")
    assert [list(one.copies) for one in site.history()] == [[], [], [copy], [copy], [copy]]
    site.sets("TOPIC", "music")
    site.run("deploy")
    assert site.history()[-1].copies == {}


def test_where_no_container_tells_who_had_the_data_they_are_copied(site: Site) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    engine.remove(site.container())
    site.run("deploy")
    (copy,) = copies_of(site.data)
    assert copy.startswith(f"{site.data}-of-unknown-before-1.0.0-")


def test_while_somebody_else_runs_on_the_data_they_are_not_copied(site: Site) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    of_another_version(site)
    run = ("run", "--detach", "--label=graft.test=1", f"--volume={site.data}:/v", site.line.published())
    other = docker(*run, "sleep", "600")
    try:
        assert "would write while it is copied" in site.run("deploy", code=30)
    finally:
        docker("rm", "--force", other)
    assert copies_of(site.data) == []
    assert site.name() == "Acme"


def test_without_room_for_a_copy_nothing_is_stopped(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.run("deploy")
    site.write(site.data, "kept", "by people")
    of_another_version(site)
    began = engine.client().api.inspect_container(site.container())["State"]["StartedAt"]
    disk = "2048\t/from\n/dev/a 9 8 1024 88% /from\n"
    monkeypatch.setattr(volumes, "ask", lambda *_, all_files=False: disk if all_files else "{}")
    monkeypatch.setenv("CHECKOUT", str(site.line.root))
    monkeypatch.setenv("CACHE", str(site.line.cache))
    with pytest.raises(DeployFailed, match=r"needs 2 MB, there are 1 MB free"):
        entry.deploy(select(site.line.product, "test"), Wish())
    assert engine.client().api.inspect_container(site.container())["State"]["StartedAt"] == began


def test_what_was_stopped_for_a_copy_that_is_interrupted_serves_again(site: Site) -> None:
    site.run("deploy")
    before = site.container()
    grow(site, site.data)
    of_another_version(site)
    with site.begin("deploy") as process:
        wait_until(lambda: bool(copies_of(site.data)))
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 130
    wait_until(lambda: stack.answers(f"http://127.0.0.1:{site.port}/health"))
    assert (site.container(), site.name()) == (before, "Acme")
    last = site.history()[-1]
    assert (last.outcome, last.serves, last.switched) == ("failed", "previous", False)
    assert copies_of(site.data) == []


def test_a_copy_that_was_killed_is_not_taken_for_one(site: Site) -> None:
    site.run("deploy")
    grow(site, site.data)
    of_another_version(site)
    with site.begin("deploy") as process:
        wait_until(lambda: bool(copies_of(site.data)))
        process.kill()
    (half,) = copies_of(site.data)
    last = site.history()[-1]
    assert (last.outcome, last.switched, last.copies) == ("begun", False, {})
    assert f"the copy {half} was broken off and is removed" in site.run("deploy")
    (copy,) = copies_of(site.data)
    assert copy != half
    assert volumes.is_finished(copy)
    assert list(site.history()[-1].copies) == [copy]


def test_an_adopted_volume_stays_whatever_else_is_lost(site: Site) -> None:
    old = f"{site.stack}-old"
    site.write(docker("volume", "create", "--label=graft.test=1", old), "kept", "by people")
    site.run("deploy", "--adopt", old)
    site.write(site.data, "new", "two months of work")
    engine.remove(site.container())
    engine.remove_volume(deployments.volume_of(site.stack))
    assert "has data already" in site.run("deploy", "--adopt", old, code=2)
    site.run("deploy")
    assert site.read(site.data, "new") == "two months of work"


def test_a_volume_within_the_old_one_is_adopted_with_it_and_a_folder_is_refused(site: Site, tmp_path: Path) -> None:
    old, docs = f"{site.stack}-old", f"{site.stack}-olddocs"
    site.write(docker("volume", "create", "--label=graft.test=1", old), "kept", "by people")
    site.write(docker("volume", "create", "--label=graft.test=1", docs), "thesis", "of Ana")
    made = ("run", "--detach", "--label=graft.test=1", f"--volume={old}:/old", f"--volume={docs}:/old/docs")
    older = docker(*made, f"--volume={tmp_path}:/old/more", site.line.published(), "true")
    try:
        docker("wait", older)
        assert f"has folders of this machine within {old}: {tmp_path}" in site.run("deploy", "--adopt", old, code=2)
        docker("rm", "--force", older)
        older = docker(*made, site.line.published(), "true")
        docker("wait", older)
        site.run("deploy", "--adopt", old)
        assert (site.read(site.data, "docs/thesis"), site.read(site.data, "kept")) == ("of Ana", "by people")
        assert site.read(docs, "thesis") == "of Ana"
    finally:
        docker("rm", "--force", older)


def test_an_adoption_whose_copy_fails_has_the_secret_and_can_be_done_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise CommandFailed("no space left on device", hint="make room")

    old, key = f"{site.stack}-old", "old-secret-" + "x" * 32
    site.write(docker("volume", "create", "--label=graft.test=1", old), "kept", "by people")
    create = ("create", "--label=graft.test=1", f"--volume={old}:/data", f"--env=SECRET={key}")
    older = docker(*create, site.line.published())
    try:
        with monkeypatch.context() as patched:
            patched.setattr(volumes, "copy", full)
            patched.setenv("CHECKOUT", str(site.line.root))
            patched.setenv("CACHE", str(site.line.cache))
            with pytest.raises(NothingServes, match="no space left"):
                entry.deploy(select(site.line.product, "test"), Wish(adopt=old))
        assert f"SECRET={key}" in site.env_file.read_text()
        site.run("deploy", "--adopt", old)
        assert site.read(site.data, "kept") == "by people"
    finally:
        docker("rm", "--force", older)


def test_containers_with_different_secrets_are_not_guessed_between(site: Site) -> None:
    old = f"{site.stack}-old"
    site.write(docker("volume", "create", "--label=graft.test=1", old), "kept", "by people")
    create = ("create", "--label=graft.test=1", f"--volume={old}:/data")
    made = [docker(*create, f"--env=SECRET={one * 32}", site.line.published()) for one in "ab"]
    try:
        assert "different values of SECRET" in site.run("deploy", "--adopt", old, code=2)
    finally:
        docker("rm", "--force", *made)


def test_an_older_secret_that_is_short_and_in_a_file_is_adopted_and_deploys_go_on(site: Site) -> None:
    old = f"{site.stack}-old"
    site.write(docker("volume", "create", "--label=graft.test=1", old), "kept", "by people")
    older = docker("create", "--label=graft.test=1", f"--volume={old}:/data", "--env=SECRET=", site.line.published())
    try:
        engine.put_file(older, "/tmp", "secret", b"AAAAAAAAAAAAAAA=\n")
        site.run("deploy", "--adopt", old)
        assert engine.made(site.container()).environment["SECRET"] == "A" * 15 + "="
        assert "it needs 32" in site.run("deploy")
        site.sets("TOPIC", "music")
        site.run("deploy")
    finally:
        docker("rm", "--force", older)


def test_a_mistake_that_compose_finds_before_it_touches_anything_leaves_the_release_before_serving(site: Site) -> None:
    site.run("deploy")
    before = site.container()
    edit(site.compose, "    init: true\n", "    init: true\n    runtime: nosuch\n")
    assert "the release before serves" in site.run("deploy", code=30)
    assert (site.container(), site.name()) == (before, "Acme")
    last = site.history()[-1]
    assert (last.outcome, last.serves, last.switched) == ("failed", "previous", False)


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


def test_a_compose_project_of_somebody_else_is_left_alone(site: Site, tmp_path: Path) -> None:
    service = f"services: {{ web: {{ image: '{site.line.published()}', command: [sleep, '600'] }} }}"
    (tmp_path / "compose.yaml").write_text(service)
    docker("compose", f"--project-name={site.stack}", f"--file={tmp_path}/compose.yaml", "up", "--detach")
    before = site.container()
    for stage in ("deploy", "stop", "restart"):
        assert f"{site.stack}-web-1" in site.run(stage, code=2)
    assert site.container() == before
    assert engine.made(before).running


def test_a_restart_does_not_start_what_was_not_proven(site: Site) -> None:
    site.sets("WEBUI_NAME", "Another")
    site.run("deploy", code=31)
    assert "did not end well" in site.run("restart", code=20)
    assert not engine.made(site.container()).running


def test_a_lock_that_was_pruned_fails_no_deploy(site: Site) -> None:
    with deployments.lock(site.line.product, site.stack, "test") as store:
        engine.remove(deployments.volume_of(site.stack))
        store.keep(deployment(product=site.line.product, stack=site.stack))
    assert len(site.history()) == 1


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


def test_the_end_of_a_log_is_shown_without_secrets(site: Site) -> None:
    words = "import os; print('signed with', os.environ['SECRET']); raise SystemExit(3)"
    edit(site.compose, "    init: true\n", f'    init: true\n    command: [python3, -c, "{words}"]\n')
    secret = env_file.parse(site.env_file.read_text()).values["SECRET"]
    for said in (site.run("deploy", code=31), site.run("logs")):
        assert "signed with [REDACTED]" in said
        assert secret not in said


def test_a_log_that_is_followed_ends_well_when_it_is_interrupted(site: Site) -> None:
    site.run("deploy")
    with site.begin("logs", "--follow", stdout=subprocess.PIPE) as process:
        assert process.stdout
        while b"GET /health" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 0


def test_the_way_back_is_told_without_the_variables_of_the_shell(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with deployments.lock(site.line.product, site.stack, "test") as store:
        store.keep(deployment(product=site.line.product, stack=site.stack))
    site.sets("WEBUI_NAME", "Another")
    monkeypatch.setenv("GREETING", "intruder")
    assert f"starts with: env --unset=GREETING STACK={site.stack}" in site.run("deploy", code=31)


def test_settings_that_an_adopted_database_overrules_are_told_without_a_container(site: Site) -> None:
    old = f"{site.stack}-old"
    site.write(docker("volume", "create", "--label=graft.test=1", old), "settings.json", '{"greeting": "good day"}')
    words = 'GREETING: has no effect: the database holds "good day" as greeting'
    assert words in site.run("deploy", "--adopt", old)
    engine.remove(site.container())
    assert words in site.run("env", "--check", code=2)
