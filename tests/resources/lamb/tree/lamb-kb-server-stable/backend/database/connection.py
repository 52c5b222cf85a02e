"""Two databases below data/: what is known of collections and files, and a small vector store in the place of Chroma's."""

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine, event

DATA_DIR = Path(__file__).resolve().parent.parent / "data"
SQLITE_DB_PATH = DATA_DIR / "lamb-kb-server.db"
CHROMA_DB_PATH = DATA_DIR / "chromadb"

DATA_DIR.mkdir(exist_ok=True)
CHROMA_DB_PATH.mkdir(exist_ok=True)

engine = create_engine(f"sqlite:///{SQLITE_DB_PATH}", connect_args={"check_same_thread": False})

KNOWN = (
    "CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, description TEXT,"
    " owner TEXT NOT NULL, visibility TEXT NOT NULL, embeddings_model JSON NOT NULL, UNIQUE(name, owner))",
    "CREATE TABLE IF NOT EXISTS file_registry (id INTEGER PRIMARY KEY AUTOINCREMENT, collection_id INTEGER NOT NULL,"
    " original_filename TEXT NOT NULL, file_path TEXT NOT NULL, file_url TEXT NOT NULL, file_size INTEGER NOT NULL,"
    " plugin_name TEXT NOT NULL, status TEXT NOT NULL, document_count INTEGER NOT NULL DEFAULT 0, owner TEXT NOT NULL)",
)
VECTORS = (
    "CREATE TABLE IF NOT EXISTS embeddings (id INTEGER PRIMARY KEY AUTOINCREMENT, collection_id INTEGER NOT NULL,"
    " document TEXT NOT NULL, metadata JSON NOT NULL, vector JSON NOT NULL)"
)


@event.listens_for(engine, "connect")
def set_sqlite_pragma(connection, record):
    connection.execute("PRAGMA journal_mode=WAL")


def vectors():
    return sqlite3.connect(CHROMA_DB_PATH / "chroma.sqlite3", timeout=5)


class VectorStore:
    """As much of Chroma's client as is asked for."""

    def list_collections(self, limit=None):
        connection = vectors()
        try:
            found = connection.execute("SELECT DISTINCT collection_id FROM embeddings").fetchall()
        finally:
            connection.close()
        return [name for name, in found][:limit]


def get_chroma_client():
    return VectorStore()


def init_databases():
    with engine.begin() as connection:
        for statement in KNOWN:
            connection.exec_driver_sql(statement)
    with vectors() as connection:
        connection.execute(VECTORS)
    return {"sqlite_initialized": True, "chromadb_initialized": True, "errors": []}


def write(text, values=()):
    with engine.begin() as connection:
        return connection.exec_driver_sql(text, tuple(values)).lastrowid


def read(text, values=()):
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.exec_driver_sql(text, tuple(values))]
