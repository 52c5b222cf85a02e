"""A registry for each module of these tests, a checkout of Tiny for each test, and images of one file."""

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.lib import engine, shell
from scripts.lib.settings.selection import Selection, select
from tests.integration.publish.site import Make
from tests.own_registry import free_port
from tests.tiny import make_checkout


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def made_registry(port: int) -> Iterator[None]:
    """The registry that publishing starts, removed with its volume at the end."""
    name = f"graft-test-registry-{port}"
    try:
        yield
    finally:
        engine.remove(name)
        engine.remove_volume(name)


@pytest.fixture
def selection(tmp_path: Path, port: int, made_registry: None, monkeypatch: pytest.MonkeyPatch) -> Selection:
    cache = select(None, None).checkout.cache
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path / "checkout", port=port)))
    monkeypatch.setenv("CACHE", str(cache))
    monkeypatch.setenv("PRODUCT", "tiny")
    monkeypatch.setenv("ENVIRONMENT", "test")
    return select(None, None)


@pytest.fixture
def image(tmp_path: Path, new_name: Callable[[str], str]) -> Make:
    """Makes an image of one file with this content, for this machine or another, and returns its reference."""

    def make(content: str, architecture: str = "amd64") -> str:
        reference = new_name("1")
        with tarfile.open(tmp_path / "one.tar", "w") as tar:
            member = tarfile.TarInfo("content.txt")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content.encode()))
        made = ["docker", "import", f"--platform=linux/{architecture}", "--change=LABEL graft.test=1"]
        shell.run([*made, '--change=CMD ["x"]', str(tmp_path / "one.tar"), reference])
        return reference

    return make
