"""A target of its own for each test, into which LAMB's program moves old stacks: nothing of it has to be built."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.lib import engine, records
from scripts.lib.checkout import Checkout
from scripts.lib.deploy import deployments, volumes
from scripts.lib.records import BuiltImage, Image
from tests.integration.test_line import ROOT, docker, edit
from tests.tiny import make_checkout

VOLUMES = ("data", "static", "openwebui", "kb-data", "kb-static", "library-data")
KEY = "open-webui/backend/.webui_secret_key"
MIGRATION = f"""
migration:
  volumes: [{", ".join(VOLUMES)}]
  owner: "10001:10001"
  env_files: [backend/.env]
  settings:
    LAMB_WEB_HOST: https://new.example.org
    KB_HOME_URL: {{ service: tiny, variable: TOPIC, usual: https://new.example.org/kb }}
    PORT: {{ service: tiny }}
    LAMB_KB_SERVER_TOKEN: a-new-token-for-the-knowledge-base
  secrets:
    SECRET: {{ files: [{KEY}], without: everybody has to log in again }}
"""


@dataclass(frozen=True)
class Target:
    """A checkout, and the stack that it moves into."""

    product: str
    root: Path
    image: str

    @property
    def stack(self) -> str:
        return self.product

    @property
    def env_file(self) -> Path:
        return self.root / "compose" / self.product / "test.env"

    def run(self, stage: str, *words: str, code: int = 0) -> str:
        """Run a stage and return all that it said."""
        own = {"CHECKOUT": str(self.root), "CACHE": str(self.root / "cache"), "ENVIRONMENT": "test"}
        argv = [sys.executable, "-m", f"scripts.{stage}", *words]
        done = subprocess.run(
            argv,
            cwd=ROOT,
            env=os.environ | own | {"PRODUCT": self.product},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{argv} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def there(self) -> list[str]:
        """The volumes of the stack."""
        return sorted(docker("volume", "ls", "--quiet", "--filter", f"name={self.stack}-").split())

    def python(self, program: str) -> str:
        """Run a program that has all volumes at /VOLUME, as the user of the new stack, and return what it printed."""
        mounts = [f"--volume={self.stack}-{name}:/{name}" for name in VOLUMES]
        run = ("run", "--rm", "--network=none", "--user=10001:10001", "--label=graft.test=1", "--entrypoint=python3")
        return docker(*run, *mounts, self.image, "-c", program)

    def write(self, volume: str, name: str, text: str) -> None:
        """Put a file into a volume of the stack, which is made where it is not there."""
        docker("volume", "create", "--label=graft.test=1", f"{self.stack}-{volume}")
        with volumes.holding(f"{self.stack}-{volume}") as holder:
            engine.put_file(holder, volumes.PLACE, name, text.encode())

    def remove(self) -> None:
        for container in engine.labelled("container", {"graft.product": self.product}):
            engine.remove(container)
        engine.remove(deployments.volume_of(self.stack))
        for volume in self.there():
            engine.remove_volume(volume)


@pytest.fixture
def target(tmp_path: Path, base_image: str) -> Iterator[Target]:
    """A target into which nothing was moved, with its file of settings; the image is a base with Python."""
    product = f"tiny-{secrets.token_hex(3)}"
    root = make_checkout(tmp_path / "checkout", product=product)
    folder = root / "customizations" / product
    shutil.copytree(ROOT / "customizations/lamb/migration", folder / "migration")
    settings = folder / "product.yaml"
    edit(settings, "volumes: [data]", f"volumes: [{', '.join(VOLUMES)}]")
    settings.write_text(settings.read_text() + MIGRATION)
    _built(Checkout(root, product, root / "cache"), base_image)
    made = Target(product, root, base_image)
    try:
        made.run("env", "--init")
        yield made
    finally:
        made.remove()


def _built(checkout: Checkout, image: str) -> None:
    """Say that an image is the product's."""
    identity = engine.image_id(image) or ""
    built = BuiltImage(reference=image, image_id=identity, size=1, seconds=1, strategy="release", bases={})
    records.write(checkout, Image(inputs="i", tree="t", version="1.0.0", images={"tiny-app": built}))
