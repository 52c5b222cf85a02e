"""The real upstream of the lock, through the whole line, into a registry of the tests' own."""

import json
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.lib import shell

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
REGISTRY = "graft-e2e-registry"


@dataclass(frozen=True)
class Line:
    """A clean clone in which the line was run."""

    checkout: Path
    env: dict[str, str]

    def invoke(self, *tasks: str) -> str:
        """Run tasks as a person would; returns what they printed."""
        log = self.checkout / "e2e.log"
        return shell.follow([BIN / "invoke", *tasks], cwd=self.checkout, env=self.env, log=log).output

    def record(self, name: str) -> dict[str, object]:
        """Return a record as it lies in `out/`."""
        data: dict[str, object] = json.loads((self.checkout / "out/lusochat" / f"{name}.json").read_text())
        return data


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A clean clone, with the changes that are not committed yet; the registry goes with its data afterwards."""
    checkout = tmp_path_factory.mktemp("e2e") / "checkout"
    shell.run(["git", "clone", "--quiet", ROOT, checkout])
    changed = shell.run(["git", "ls-files", "--modified", "--others", "--exclude-standard"], cwd=ROOT).output.split()
    for name in changed:
        if (ROOT / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, checkout / name)
    _registry_of_our_own(checkout)
    line = Line(checkout, {"CHECKOUT": str(checkout), "PYTHONPATH": str(checkout)})
    try:
        yield line
    finally:
        line.invoke("clean")
        shell.run(["docker", "rm", "--force", "--volumes", REGISTRY], accept=(0, 1))
        shell.run(["docker", "volume", "rm", "--force", REGISTRY], accept=(0, 1))


def _registry_of_our_own(checkout: Path) -> None:
    environment = checkout / "compose/environments/dev.yaml"
    own = f"  kind: embedded\n  port: {free_port()}\n  name: {REGISTRY}\n"
    environment.write_text(environment.read_text().replace("  kind: embedded\n", own))


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port
