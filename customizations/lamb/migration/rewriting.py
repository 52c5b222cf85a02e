"""Rewrites a database of our own: what the rules say in every text, and addresses in the settings that it keeps."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from . import databases
from .addresses import Addresses
from .rules import Rules

SETTINGS = (
    ("organizations", "config"),
    ("config", "data"),
    ("collections", "embeddings_model"),
    ("collections", "config_json_str"),
    ("collections", "schema_str"),
)
"""Tables (by the end of their names, which may have a prefix) and their columns of JSON with addresses of services."""
OPEN_WEBUIS = ("config", "data")
"""Table and column in which Open WebUI keeps its settings, which win over its environment's."""


@dataclass(frozen=True)
class Rewritten:
    """What was changed in one column."""

    column: str
    """As TABLE.COLUMN."""
    cells: int


def rewrite(connection: sqlite3.Connection, rules: Rules, addresses: Addresses) -> list[Rewritten]:
    """Change a whole database or nothing of it; returns which columns were changed."""
    connection.create_function("g_match", 1, rules.match, deterministic=True)
    connection.create_function("g_apply", 1, rules.apply)
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = [*_settings(connection, addresses), *_texts(connection)]
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return done


def _texts(connection: sqlite3.Connection) -> Iterator[Rewritten]:
    for table in databases.tables(connection):
        for column in databases.texts(connection, table):
            if cells := _apply(connection, databases.quoted(table), databases.quoted(column)):
                yield Rewritten(f"{table}.{column}", cells)


def _apply(connection: sqlite3.Connection, table: str, column: str) -> int:
    """Apply the rules to a column. Texts go to and fro as bytes, since SQLite lets them be no UTF-8."""
    done = connection.execute(
        f"UPDATE {table} SET {column} = CAST(g_apply(CAST({column} AS BLOB)) AS TEXT) "  # noqa: S608  our own quoting
        f"WHERE typeof({column}) = 'text' AND g_match(CAST({column} AS BLOB))"
    )
    return done.rowcount


def _settings(connection: sqlite3.Connection, addresses: Addresses) -> Iterator[Rewritten]:
    for table in databases.tables(connection):
        there = databases.texts(connection, table)
        for end, column in SETTINGS:
            known = table.endswith(end) and column in there
            if known and (cells := _readdress(connection, table, column, addresses)):
                yield Rewritten(f"{table}.{column}", cells)


def _readdress(connection: sqlite3.Connection, table: str, column: str, addresses: Addresses) -> int:
    """Rewrite the addresses in a column of JSON, and close Open WebUI's sign-up; what is no JSON stays."""
    named, at = databases.quoted(table), databases.quoted(column)
    texts = f"SELECT rowid, {at} FROM {named} WHERE typeof({at}) = 'text'"  # noqa: S608  our own quoting
    rows = connection.execute(texts).fetchall()
    closing = closed if (table, column) == OPEN_WEBUIS else str
    changed = [(now, row) for row, text in rows if (now := closing(readdressed(text, addresses))) != text]
    connection.executemany(f"UPDATE {named} SET {at} = ? WHERE rowid = ?", changed)  # noqa: S608  our own quoting
    return len(changed)


def readdressed(text: str, addresses: Addresses) -> str:
    """Return a text of JSON with its addresses as they are now; the very same text where none of them moved."""
    try:
        held = json.loads(text)
    except ValueError:
        return text
    now = addresses.rewritten(held)
    return text if now == held else json.dumps(now)


def closed(text: str) -> str:
    """Return Open WebUI's settings with sign-up off: the stack's people come through LAMB, and its proxy is public."""
    try:
        held = json.loads(text)
    except ValueError:
        return text
    shown = held.get("ui") if isinstance(held, dict) else None
    if not isinstance(shown, dict) or not shown.get("enable_signup"):
        return text
    return json.dumps(held | {"ui": shown | {"enable_signup": False}})


def leftovers(connection: sqlite3.Connection, words: list[str]) -> dict[str, int]:
    """Return TABLE.COLUMN -> rows in which one of the old names still stands."""
    found: dict[str, int] = {}
    for table in databases.tables(connection):
        for column in databases.texts(connection, table):
            named, at = databases.quoted(table), databases.quoted(column)
            any_of = " OR ".join(f"instr(CAST({at} AS BLOB), CAST(? AS BLOB))" for _ in words)
            texts = f"{named} WHERE typeof({at}) = 'text' AND ({any_of})"
            query = f"SELECT count(*) FROM {texts}"  # noqa: S608  our own quoting
            (rows,) = connection.execute(query, words).fetchone()
            if rows:
                found[f"{table}.{column}"] = int(rows)
    return found
