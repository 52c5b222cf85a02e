"""A place for the sources of each test, a web server, and Tiny as it would lie there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.lib import download
from scripts.lib.sources.place import Place
from tests import tiny
from tests.integration.sources.asked import SDIST, WHEEL
from tests.integration.web import Web, web


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "root").mkdir()
    return Place(root=tmp_path / "root", cache=tmp_path / "cache")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr(download, "FIRST_WAIT", 0.01)
    with web() as there:
        yield there


@pytest.fixture
def packed(tmp_path: Path) -> dict[str, bytes]:
    """Tiny as it would lie on an index."""
    tiny.pack_source(tmp_path / SDIST)
    tiny.pack_release(tmp_path / WHEEL)
    return {name: (tmp_path / name).read_bytes() for name in (SDIST, WHEEL)}
