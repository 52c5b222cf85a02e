"""Prints the settings that Open WebUI 0.5.6 keeps in its database, as one JSON object, by their dotted names.

They win over the environment. Run in a container with Open WebUI's data at /data, where it only reads; the database is
locked by a journal of its own kind, so Open WebUI may be writing meanwhile.
"""

import json
import sqlite3
from pathlib import Path

DATABASE = Path("/data/webui.db")


def flat(value, name=""):
    """One nested object becomes one with dotted names."""
    if isinstance(value, dict) and value:
        return {k: v for key, inner in value.items() for k, v in flat(inner, f"{name}.{key}".strip(".")).items()}
    return {name: value}


def settings():
    """Return what is kept; nothing where Open WebUI has kept nothing yet."""
    if not DATABASE.exists():
        return {}
    database = sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    row = (
        database.execute("SELECT data FROM config ORDER BY id DESC LIMIT 1").fetchone() if "config" in tables else None
    )
    return flat(json.loads(row[0])) if row else {}


print(json.dumps(settings()))
