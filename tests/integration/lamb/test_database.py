"""What LAMB's program reads of the database in which Open WebUI 0.5.6 keeps settings."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import shell
from tests.lamb_tree import ROOT

PROGRAM = ROOT / "compose/lamb/ask_database.py"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "webui.db"


def said(database: Path) -> Any:
    """Run the program on a database that lies here."""
    program = PROGRAM.read_text().replace("/data/webui.db", str(database))
    return json.loads(shell.run(["python3", "-c", program]).output)


def keep(database: Path, *settings: dict[str, Any]) -> None:
    with sqlite3.connect(database) as opened:
        opened.execute("CREATE TABLE config (id INTEGER PRIMARY KEY, data JSON)")
        for one in settings:
            opened.execute("INSERT INTO config (data) VALUES (?)", (json.dumps(one),))
    opened.close()


def test_settings_have_dotted_names_and_the_last_row_counts(database: Path) -> None:
    keep(database, {"ui": {"default_user_role": "pending"}}, {"ui": {"default_user_role": "admin"}, "openai": {}})
    assert said(database) == {"ui.default_user_role": "admin", "openai": {}}


def test_where_nothing_is_kept_yet_nothing_is_said(database: Path) -> None:
    assert said(database) == {}
    sqlite3.connect(database).close()
    assert said(database) == {}
    keep(database)
    assert said(database) == {}
