"""A checkout of Tiny for each test, its upstream in the workspace."""

from pathlib import Path

import pytest

from scripts.lib import image_locks
from scripts.lib.files import Folder
from scripts.lib.settings.selection import Selection, select
from tests.integration.customize.workspaces import fetched
from tests.tiny import TINY, make_checkout


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """Product tiny, locked as update leaves it and brought as fetch does."""
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path / "checkout")))
    monkeypatch.setenv("CACHE", str(tmp_path / "cache"))
    selection = select("tiny", "test")
    for path, text in image_locks.renewed(selection, selection.bases, "1.0.0", Folder(TINY / "tree")).items():
        path.write_text(text)
    fetched(selection)
    return selection
