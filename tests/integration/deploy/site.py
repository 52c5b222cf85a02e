"""A target of a line that has published, and what tests do to it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from scripts.lib import engine
from scripts.lib.deploy import deployments, volumes
from scripts.lib.deploy.deployments import Deployment
from tests.integration.test_line import ROOT, Line, docker

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
