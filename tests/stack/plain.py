"""The stack as people run it who use no tasks: a folder with the compose files and a .env, and `docker compose`."""

import json
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.lib import shell
from scripts.lib.deploy import env_file
from tests import own_registry
from tests.stack.conftest import Built
from tests.stack.models import MODELS, SERVICE, write_overlay
from tests.stack.seeds import Addresses

UP_SECONDS = 300
PORTS = ("LAMB_PORT", "KB_PORT", "OPENWEBUI_PORT")


@dataclass(frozen=True)
class Plain:
    """A folder with the product's compose files, and its .env."""

    folder: Path
    stack: str

    @property
    def env(self) -> Path:
        return self.folder / ".env"

    def compose(self, *words: str, accept: tuple[int, ...] = (0,)) -> str:
        """Run docker compose there, with nothing but what the .env says; returns what it printed."""
        argv = ["env", "--chdir", str(self.folder), "docker", "compose", "--ansi=never", *words]
        done = shell.run(argv, accept=accept, timeout=UP_SECONDS)
        return done.output + done.errors

    def sets(self, **values: str) -> None:
        """Change settings of the .env."""
        text = self.env.read_text()
        for name, value in values.items():
            text = env_file.put(text, name, value)
        self.env.write_text(text)

    def value(self, name: str) -> str:
        return env_file.parse(self.env.read_text()).values[name]

    def address(self, port: str) -> str:
        """Base URL at which a service is published, by its variable."""
        return f"http://127.0.0.1:{self.value(port)}"

    def config(self) -> dict[str, Any]:
        """Return the files as compose understands them."""
        found: dict[str, Any] = json.loads(self.compose("config", "--format=json"))
        return found

    def ours(self) -> list[str]:
        """Return the services that run an image of the product."""
        return sorted(service for service in self.config()["services"] if service != SERVICE)

    def images(self) -> dict[str, str]:
        """Service -> the ID of the image that its container runs."""
        listed = self.compose("ps", "--all", "--quiet").split()
        found = json.loads(shell.run(["docker", "inspect", *listed]).output)
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one["Image"] for one in found}


@contextmanager
def plain(
    built: Built,
    folder: Path,
    settings: Mapping[str, str] | None = None,
    *,
    env: Path | None = None,
    stack: str | None = None,
) -> Iterator[Plain]:
    """Give a folder whose .env is what `invoke env --init` writes, or `env`, with free ports; all goes afterwards."""
    place = built.selection.checkout.compose
    shutil.copytree(place, folder, ignore=shutil.ignore_patterns("*.env"))
    made = Plain(folder, stack or f"graft-test-{secrets.token_hex(3)}")
    shutil.copyfile(env or initial_env(built), made.env)
    overlay = write_overlay(folder / "models.yaml", built.references["lamb"])
    made.sets(
        STACK=made.stack,
        COMPOSE_FILE=":".join([*compose_files(built), overlay.name]),
        **{name: str(own_registry.free_port()) for name in PORTS},
        **MODELS,
        **dict(settings or {}),
    )
    try:
        yield made
    finally:
        made.compose("down", "--volumes", "--remove-orphans", "--timeout=1")


def addresses(site: Plain) -> Addresses:
    """Return where people reach the services."""
    return Addresses(*(site.address(port) for port in ("LAMB_PORT", "OPENWEBUI_PORT", "KB_PORT")))


def initial_env(built: Built) -> Path:
    """Return the file that `invoke env --init` writes."""
    file = built.selection.checkout.compose / "test.env"
    if not file.exists():
        built.line.run(sys.executable, "-m", "scripts.env", "--init")
    return file


def compose_files(built: Built) -> Sequence[str]:
    """Return the compose files for the images that this tree has."""
    from scripts.lib.deploy import target

    return [path.name for path in target.of(built.selection).compose.paths]


def image_settings(built: Built) -> dict[str, str]:
    """Return the settings that make plain compose run the images that were built."""
    from scripts.lib.settings.deploy import image_variable

    return {"LAMB_TAG": "none"} | {image_variable(name): one for name, one in built.references.items()}
