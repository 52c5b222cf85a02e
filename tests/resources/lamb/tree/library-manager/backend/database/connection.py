"""The library's database."""

import sqlite3

from config import DB_PATH


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect(DB_PATH)
    connection.execute("PRAGMA journal_mode=WAL")
    return connection


def init_db() -> None:
    with connect() as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS libraries (id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, name TEXT NOT NULL)"
        )
