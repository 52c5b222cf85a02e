"""LAMB's compose files, with small servers of our own in place of its images."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import shell
from scripts.lib.deploy import env_file
from tests import caddy
from tests.integration.conftest import Program
from tests.lamb_settings import COMPOSE, fresh

UPSTREAM = (Path(__file__).parent / "upstream.py").read_text()
ASK = "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'])"
HEALTH = f'HEALTHCHECK CMD python3 -c "{ASK}"'
BASE = "docker-compose.next.yaml"


@dataclass(frozen=True)
class Stack:
    """A compose project of LAMB's files, with settings as `env --init` makes them."""

    folder: Path
    files: Sequence[str | Path] = (BASE,)
    given: Mapping[str, str] = field(default_factory=dict)
    """Settings beside those of the file, as a deploy gives them."""
    name: str = field(default_factory=lambda: f"graft-test-{secrets.token_hex(3)}")

    def compose(self, *argv: str) -> str:
        """Run compose with these files; returns what it printed."""
        file = self.folder / f"{self.name}.env"
        env_file.write(file, fresh(**self.given))
        files = [f"--file={COMPOSE / name}" for name in self.files]
        words = ["docker", "compose", f"--project-name={self.name}", *files, f"--env-file={file}", *argv]
        return shell.run(words, env={"STACK": self.name, **self.given}).output

    def config(self, *argv: str) -> dict[str, Any]:
        """Return what compose makes of the files."""
        found: dict[str, Any] = json.loads(self.compose(*argv, "config", "--format=json"))
        return found


@pytest.fixture(scope="session")
def caddy_image(base_image: str, new_name: Callable[[str], str]) -> str:
    """What stands for Caddy's own image."""
    return caddy.make(base_image, new_name("caddy"))


@pytest.fixture(scope="session")
def upstreams(image_of: Program) -> dict[str, str]:
    """Variables of images -> what stands for them."""
    names = {"IMAGE_LAMB": "lamb", "IMAGE_LAMB_KB": "kb", "IMAGE_LAMB_OPENWEBUI": "openwebui"}
    names |= {"IMAGE_LAMB_LIBRARY_MANAGER": "library-manager"}
    lines = ("USER 10001:10001", HEALTH)
    return {v: image_of(UPSTREAM, f"ENV SERVER={name}", *lines, mark=name) for v, name in names.items()}
