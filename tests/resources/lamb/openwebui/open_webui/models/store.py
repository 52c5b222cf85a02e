"""The database: made at the first start, a table after the other."""

import sqlite3

from open_webui.env import DATA_DIR, DATABASE

TABLES = (
    "CREATE TABLE IF NOT EXISTS migratehistory (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS auth (id VARCHAR(255) NOT NULL UNIQUE, email VARCHAR(255) NOT NULL, password TEXT NOT NULL,"
    " active INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS user (id VARCHAR(255) NOT NULL UNIQUE, name VARCHAR(255) NOT NULL, email VARCHAR(255) NOT NULL,"
    " role VARCHAR(255) NOT NULL, profile_image_url TEXT NOT NULL, api_key VARCHAR(255), settings TEXT, info TEXT,"
    " oauth_sub TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, last_active_at INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS chat (id VARCHAR(255) NOT NULL UNIQUE, user_id VARCHAR(255) NOT NULL, title TEXT NOT NULL,"
    " chat JSON, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS model (id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, base_model_id TEXT, name TEXT NOT NULL,"
    " meta TEXT NOT NULL, params TEXT NOT NULL, access_control JSON, is_active BOOLEAN NOT NULL,"
    " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)",
    'CREATE TABLE IF NOT EXISTS "group" (id TEXT NOT NULL UNIQUE, user_id TEXT, name TEXT, description TEXT, data JSON,'
    " meta JSON, permissions JSON, user_ids JSON, created_at INTEGER, updated_at INTEGER)",
    "CREATE TABLE IF NOT EXISTS config (id INTEGER NOT NULL PRIMARY KEY, data JSON NOT NULL, version INTEGER NOT NULL,"
    " created_at TEXT, updated_at TEXT)",
    "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)",
    "INSERT INTO alembic_version SELECT '3781e22d8b01' WHERE NOT EXISTS (SELECT * FROM alembic_version)",
)


def connect():
    connection = sqlite3.connect(DATABASE)
    connection.row_factory = sqlite3.Row
    return connection


def run(text, values=()):
    connection = connect()
    try:
        with connection:
            return [dict(row) for row in connection.execute(text, values).fetchall()]
    finally:
        connection.close()


def migrate():
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    for folder in ("uploads", "vector_db", "cache"):
        (DATA_DIR / folder).mkdir(exist_ok=True)
    for statement in TABLES:
        run(statement)
