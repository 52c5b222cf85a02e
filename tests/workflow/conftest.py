"""A repository as GitHub would have it, with a product to run, and a registry on a free port."""

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.lib import bases, embedded_registry, engine, shell
from scripts.lib.checkout import Checkout
from scripts.lib.settings.environment import EmbeddedRegistry
from scripts.lib.settings.selection import checkout
from tests import own_registry
from tests.tiny import make_checkout
from tests.workflow.machine import Service
from tests.workflow.pipeline import Event, Run

ROOT = Path(__file__).resolve().parents[2]
TINY = "tiny"


TIMEOUT = 900
"""Seconds for a test, with all the jobs that the first one of a file runs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of this folder the time that a run of all jobs takes."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(TIMEOUT))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--product", default=TINY, help="run the workflow for this product instead of a small one")


@pytest.fixture(scope="session")
def product(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--product"))


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry's host and port; it goes with its data."""
    port = own_registry.free_port()
    settings = EmbeddedRegistry(kind="embedded", port=port, name=f"graft-test-workflow-{port}")
    place = Checkout(tmp_path_factory.mktemp("registry"), "test", checkout(TINY).cache)
    try:
        embedded_registry.ensure(
            settings, lambda: bases.ensure(embedded_registry.base(settings), "auto", place).reference
        )
        yield f"localhost:{port}"
    finally:
        engine.remove(settings.name)
        engine.remove_volume(settings.name)
        own_registry.forget(f"localhost:{port}")


class Repository:
    """A repository of this checkout's files, and the runs of its pipeline."""

    def __init__(self, folder: Path, product: str, registry: str) -> None:
        self.path, self.product, self._registry = folder / "repository", product, registry
        self.service = Service(self.path, folder)
        self._runs = 0

    def run(self, event: str = "workflow_dispatch", **variables: str) -> Run:
        """Run the pipeline as on GitHub; environments are `staging` and `production`."""
        return self.start("pipeline", Event(event, {}, {"PRODUCT": self.product} | variables))

    def start(self, workflow: str, event: Event) -> Run:
        """Run a workflow as on GitHub, with staging at the registry here."""
        shutil.rmtree(self.service.artifacts, ignore_errors=True)
        self._runs += 1
        told = replace(event, variables={"STAGING": self._registry, **event.variables})
        return Run(self.service, told, self._runs, workflow).go()

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=tester", "-c", "user.email=tester@example.org"]
        return shell.run(["git", *who, *words], cwd=self.path).output

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "As it is now")

    def remove(self) -> None:
        """Remove what the runs left: their files, and the images of what they hold against upstream's own."""
        shutil.rmtree(self.service.folder, ignore_errors=True)
        mark = Checkout(self.service.workspace, self.product, self.path).mark
        for name in engine.images({"graft.product": self.product}):
            if name.endswith(f"-{mark}"):
                engine.remove_image(name)

    def environment(self, name: str, namespace: str, basis: dict[str, Any]) -> None:
        """Let an environment publish to the registry here."""
        file = self.path / "compose/environments" / f"{name}.yaml"
        registry = {"kind": "remote", "host": self._registry, "namespace": namespace, "insecure": True}
        file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | {"licence": basis, "registry": registry}))


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory, product: str, registry: str) -> Iterator[Repository]:
    """This checkout with what is not committed yet, its two environments at the registry here, and Tiny in it."""
    made = Repository(tmp_path_factory.mktemp("workflow"), product, registry)
    fill(made)
    if product == TINY:
        make_checkout(made.path)
        _needs_a_basis(made.path / "customizations/tiny/product.yaml")
    space = f"workflow-{secrets.token_hex(3)}"
    made.environment("staging", f"{space}/staging", {"basis": "small-deployment", "end_users": 3})
    made.environment("production", f"{space}/production", {"basis": "none"})
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit()
    yield made
    made.remove()


def fill(made: Repository) -> None:
    """Let a repository hold the files of this checkout, those too that are not committed yet."""
    listed = shell.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT).output
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (made.path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, made.path / name)


def _needs_a_basis(settings: Path) -> None:
    """Let Tiny be under a licence of which an environment must state its basis."""
    settings.write_text(settings.read_text().replace("needs_basis: false", "needs_basis: true"))
