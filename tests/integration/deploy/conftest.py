"""One line that has published, for all of these tests; a target for each."""

import secrets
from collections.abc import Iterator

import pytest

from scripts.lib.deploy import env_file
from tests.integration.deploy.site import Site
from tests.integration.test_line import Line, a_line
from tests.own_registry import free_port


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line that has published once."""
    with a_line(tmp_path_factory.mktemp("deploy")) as line:
        line.invoke("publish")
        yield line


@pytest.fixture(scope="session")
def settings(published: Line) -> str:
    """What `env --init` writes; a target takes it as it is."""
    made = Site(published, "unused", 1)
    made.run("env", "--init")
    try:
        return made.env_file.read_text()
    finally:
        made.env_file.unlink()


@pytest.fixture
def site(published: Line, settings: str) -> Iterator[Site]:
    """A target of its own for each test: nothing runs there, and its file of settings is made."""
    port = free_port()
    made = Site(published, f"graft-test-{secrets.token_hex(3)}", port)
    before = {path: path.read_text() for path in (published.environment, made.compose)}
    published.environment.write_text(
        f"{before[published.environment]}\ndeploy: {{ stack: {made.stack}, port: {port}, start_seconds: 20 }}\n"
    )
    try:
        env_file.write(made.env_file, settings)
        yield made
    finally:
        for path, text in before.items():
            path.write_text(text)
        made.env_file.unlink(missing_ok=True)
        made.remove()
