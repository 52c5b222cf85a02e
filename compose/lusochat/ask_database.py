"""Prints what Open WebUI's database says, as one JSON object: its `settings`, or how many `end_users` it has.

Run in a container with the data at /data, where it only reads; Open WebUI may be writing meanwhile.
"""

import json
import sqlite3
import sys
import time
from pathlib import Path

DATABASE = Path("/data/webui.db")
WINDOW = 30 * 24 * 3600
"""Seconds of the licence's rolling period."""


def opened():
    """Open the database to be read, by SQLite's own locks; one that nobody has open may have none to be read by."""
    try:
        database = sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        if any(DATABASE.with_name(DATABASE.name + log).exists() for log in ("-wal", "-journal")):
            raise
        return sqlite3.connect(f"file:{DATABASE}?mode=ro&immutable=1", uri=True)
    return database


def flat(value, name=""):
    """Up to 0.9 all settings were one nested object; later each is a row of its own."""
    if isinstance(value, dict) and value:
        return {k: v for key, inner in value.items() for k, v in flat(inner, f"{name}.{key}".strip(".")).items()}
    return {name: value}


def settings(database):
    """Return setting -> value of whichever form the table has; SQLite gives numbers as such, all else as JSON."""
    columns = {row[1] for row in database.execute("PRAGMA table_info(config)")}
    if "key" in columns:
        rows = database.execute("SELECT key, value FROM config")
        return {key: json.loads(value) if isinstance(value, str) else value for key, value in rows}
    if "data" in columns:
        row = database.execute("SELECT data FROM config ORDER BY id DESC LIMIT 1").fetchone()
        return flat(json.loads(row[0])) if row else {}
    return {}


def end_users(database):
    """Count the accounts that were used in the last 30 days, whatever their role."""
    used = database.execute('SELECT count(*) FROM "user" WHERE last_active_at >= ?', (time.time() - WINDOW,))
    return {"end_users": used.fetchone()[0]}


asked = {"settings": settings, "end_users": end_users}[sys.argv[1]]
if DATABASE.exists():
    print(json.dumps(asked(opened())))
elif asked is settings:
    print("{}")
else:
    sys.exit(f"there is no {DATABASE.name}: the accounts are kept elsewhere")
