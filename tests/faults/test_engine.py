"""An engine of the tests' own, in a container of this machine's: it is restarted in mid-build, and its disk is full."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from scripts.lib import engine, shell
from scripts.lib.settings.images import DebianBase
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from tests.faults.conftest import begin, made_from, programs, wait_for
from tests.faults.holding import HELD
from tests.integration.test_line import Line
from tests.tiny import TINY

ENGINE = DebianBase(suite="trixie", packages=("docker.io",))
SERVE = """
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  # A group hands controllers down only when no program is in it.
  mkdir -p /sys/fs/cgroup/init
  xargs -rn1 < /sys/fs/cgroup/cgroup.procs > /sys/fs/cgroup/init/cgroup.procs || :
  sed -e 's/ / +/g' -e 's/^/+/' < /sys/fs/cgroup/cgroup.controllers > /sys/fs/cgroup/cgroup.subtree_control
fi
while :; do
  dockerd --host=tcp://0.0.0.0:2375 --host=unix:///run/docker.sock --tls=false --bridge=none --iptables=false \\
    --ip6tables=false
done
"""
"""Nothing of it reaches this machine's network: it has a namespace of its own and makes no bridge."""


def docker(*argv: str) -> str:
    return shell.run(["docker", *argv]).output.strip()


@pytest.fixture(scope="module")
def own_engine(line: Line) -> Iterator[str]:
    """The container of an engine with a small disk, which has Tiny's base; it starts again whenever it ends."""
    tiny = load(TINY / "checkout/customizations/tiny/product.yaml", Product)
    base = made_from(tiny.bases["python"].debian, line.root.parent)
    options = ("--label=graft.test=faults", "--privileged", "--publish=127.0.0.1::2375")
    disk = "--tmpfs=/var/lib/docker:size=600m,exec"
    container = docker("run", "--detach", *options, disk, made_from(ENGINE, line.root.parent), "sh", "-c", SERVE)
    try:
        wait_for("the engine answers", lambda: answers(address(container)))
        with subprocess.Popen(["docker", "save", base], stdout=subprocess.PIPE) as saved:  # noqa: S607
            load_argv = ["docker", f"--host={address(container)}", "load"]
            subprocess.run(load_argv, stdin=saved.stdout, check=True, capture_output=True)
        yield container
    finally:
        engine.remove(container)


def address(container: str) -> str:
    return f"tcp://{docker('port', container, '2375').splitlines()[0]}"


def answers(host: str) -> bool:
    return shell.run(["docker", f"--host={host}", "version"], accept=(0, 1)).code == 0


@pytest.fixture
def there(line: Line, own_engine: str, monkeypatch: pytest.MonkeyPatch) -> Line:
    """The line, customized, whose stages use that engine."""
    for stage in ("fetch", "validate", "customize"):
        line.stage(stage)
    monkeypatch.setenv("DOCKER_HOST", address(own_engine))
    return line


def test_an_engine_that_is_restarted_in_mid_build_ends_the_build_and_the_next_run_works(
    there: Line, own_engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HELD["build"](there) as held:
        process = begin(there, {}, sys.executable, "-m", "scripts.build")
        wait_for("the build is at work", lambda: held.at_work() or process.poll() is not None)
        assert process.poll() is None, process.communicate()[0]
        restart(own_engine, monkeypatch)
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 10
    assert "build-tiny-app.log" in said.rpartition("hint: ")[2], said
    assert not (there.out / "image.json").exists()
    assert programs(there) == []
    host = there.variables["DOCKER_HOST"]
    wait_for("the engine answers again", lambda: answers(host))
    there.stage("build")


def restart(container: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the engine to end, as a restart of its service does; it starts again by itself."""
    with monkeypatch.context() as outside:
        outside.delenv("DOCKER_HOST")
        docker("exec", container, "sh", "-c", "kill $(cat /run/docker.pid)")


def test_a_build_that_fills_the_engines_disk_is_told_and_the_next_run_works(there: Line) -> None:
    before = there.record("image")
    dockerfile = there.customizations / "release/Dockerfile"
    good = dockerfile.read_text()
    dockerfile.write_text(good + "RUN --network=none cat /dev/zero > /large\n")
    said = there.stage("build", code=4).stderr
    assert re.search("no space left on device", said, re.IGNORECASE)
    assert "hint: free some (invoke clean, docker system prune)" in said
    assert there.record("image") == before
    dockerfile.write_text(f"{good}LABEL graft.test=faults\n")
    there.stage("build")
    assert there.record("image") != before
