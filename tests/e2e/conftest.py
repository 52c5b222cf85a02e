"""The real upstream of the lock, through the whole line, into a registry of the tests' own."""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.lib import shell
from tests import own_registry

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
OUR_DEFAULTS = dict.fromkeys(("PRODUCT", "ENVIRONMENT", "CACHE"), "")
"""The bare command is under test, whatever the caller has set."""
TIMEOUT = 900
"""Seconds for a test, with the line that the first one runs."""


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of this folder the time that the real upstream takes."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(TIMEOUT))


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
    registry, _ = own_registry.give(checkout / "compose/environments/dev.yaml")
    line = Line(checkout, OUR_DEFAULTS | {"CHECKOUT": str(checkout), "PYTHONPATH": str(checkout)})
    try:
        yield line
    finally:
        line.invoke("clean")
        own_registry.remove(registry)
