"""A migration as its container sees it: an old folder, empty volumes, and the new stack's settings."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from customizations.lamb.migration import __main__ as program
from tests.old_lamb import OldStack, make

VOLUMES = ("data", "static", "openwebui", "kb-data", "kb-static", "library-data")
NEW = {
    "LAMB_WEB_HOST": "https://new.example.org",
    "KB_HOME_URL": "https://new.example.org/kb",
    "LAMB_BEARER_TOKEN": "new-bearer",
    "LAMB_KB_SERVER_TOKEN": "new-kb-token",
    "LAMB_LIBRARY_TOKEN": "new-library-token",
    "EMBEDDINGS_ENDPOINT": "http://ollama:11434/api/embeddings",
    "OLLAMA_BASE_URL": "http://ollama:11434",
}


@dataclass
class Place:
    """One old stack, and where it goes."""

    old: OldStack
    top: Path
    settings: dict[str, str] = field(default_factory=lambda: dict(NEW))

    def volume(self, name: str) -> Path:
        return self.top / "new" / name

    def run(self, act: str) -> dict[str, Any]:
        """Run an act and return what it answered."""
        scratch = self.top / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        places = {"OLD": self.old.folder, "NEW": self.top / "new", "SCRATCH": scratch, "FROM": "/srv/old"}
        places["OWNER"] = f"{os.getuid()}:{os.getgid()}"
        program.main(act, self.settings | {f"MIGRATION_{name}": str(path) for name, path in places.items()})
        answer: dict[str, Any] = json.loads((scratch / "answer.json").read_text())
        return answer

    def moved(self) -> dict[str, Any]:
        """Move everything, which must succeed."""
        answer = self.run("move")
        assert answer["problems"] == []
        return answer

    def rows(self, path: str, query: str) -> list[Any]:
        """Return the first column of a query on a moved database, told as VOLUME/PATH."""
        return rows(self.top / "new" / path, query)

    def of_lamb(self, table: str, column: str) -> list[Any]:
        """Return a column of a table of LAMB's moved database, in the order of its rows."""
        return self.rows("data/lamb_v4.db", f"SELECT {column} FROM {table} ORDER BY id")

    def seen(self) -> dict[str, tuple[int, int, bytes]]:
        """Return all that can be seen of the old folder: every file's mode, time and content."""
        files = sorted(p for p in self.old.folder.rglob("*") if not p.is_dir() and not p.is_symlink())
        return {str(p): (p.stat().st_mode, p.stat().st_mtime_ns, p.read_bytes()) for p in files}


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(query)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[[str], Place]]:
    """Gives an old stack of a release, and empty volumes."""

    def of(version: str) -> Place:
        for name in VOLUMES:
            (tmp_path / "new" / name).mkdir(parents=True)
        return Place(make(tmp_path / "old", version), tmp_path)

    yield of
