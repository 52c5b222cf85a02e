"""Prints which settings Open WebUI's database holds, as one JSON object. Run in a container, the data at /data."""

import json
import sqlite3
from pathlib import Path

DATABASE = Path("/data/webui.db")


def flat(value, name=""):
    """Up to 0.9 all settings were one nested object; later each is a row of its own."""
    if isinstance(value, dict) and value:
        return {k: v for key, inner in value.items() for k, v in flat(inner, f"{name}.{key}".strip(".")).items()}
    return {name: value}


def read(database):
    """Return setting -> value of whichever form the table has; SQLite gives numbers as such, all else as JSON."""
    columns = {row[1] for row in database.execute("PRAGMA table_info(config)")}
    if "key" in columns:
        rows = database.execute("SELECT key, value FROM config")
        return {key: json.loads(value) if isinstance(value, str) else value for key, value in rows}
    if "data" in columns:
        row = database.execute("SELECT data FROM config ORDER BY id DESC LIMIT 1").fetchone()
        return flat(json.loads(row[0])) if row else {}
    return {}


if DATABASE.exists():
    with sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True) as connection:
        print(json.dumps(read(connection)))
else:
    print("{}")
