"""What databases say together: the prefix of LAMB's tables, knowledge bases without a database, known passwords."""

import importlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from . import databases
from .old import Old
from .parts import Entry
from .rules import Rules

OF_EVERY_LAMB = ("organizations", "Creator_users", "assistants")
TEXTS = (".md", ".html", ".json", ".txt")
PASSWORDS = ("admin",)
"""Passwords that upstream's example of settings gives to the first administrator."""


def prefixes(connection: sqlite3.Connection) -> dict[str, int]:
    """Return every prefix with which the tables of LAMB are there -> its accounts."""
    there = databases.tables(connection)
    ends = OF_EVERY_LAMB[0]
    found = [name.removesuffix(ends) for name in there if name.endswith(ends)]
    whole = [prefix for prefix in found if all(f"{prefix}{end}" in there for end in OF_EVERY_LAMB)]
    return {prefix: _count(connection, f"{prefix}Creator_users") for prefix in whole}


def prefix(found: Mapping[str, int], old: Old) -> tuple[str | None, list[str], list[str]]:
    """Return the prefix that the old stack used, problems and notes; `found` is prefix -> accounts."""
    said = old.settings.get("LAMB_DB_PREFIX", "")
    told = ", ".join(f"{name!r} with {count} accounts" for name, count in sorted(found.items()))
    if not found:
        return None, ["the database has no tables of LAMB, with whatever prefix"], []
    used = [name for name, count in found.items() if count]
    if len(found) == 1 or len(used) == 1:
        (one,) = used if len(used) == 1 else found
        other = [f"the tables of LAMB are there more than once: {told}; taken are those of {one!r}"]
        return one, [], other if len(found) > 1 else []
    if "LAMB_DB_PREFIX" in old.settings and said in found:
        return said, [], [f"the tables of LAMB are there more than once: {told}; LAMB_DB_PREFIX={said!r} says which"]
    return None, [f"the tables of LAMB are there more than once: {told}; no LAMB_DB_PREFIX says which"], []


def knowledge_bases(connection: sqlite3.Connection, prefix: str) -> int:
    """Return how many knowledge bases LAMB knows of."""
    table = f"{prefix}kb_registry"
    return _count(connection, table) if table in databases.tables(connection) else 0


def lost_files(connection: sqlite3.Connection, top: str, there: frozenset[str]) -> list[str]:
    """Return the files that the knowledge base registered below `top` and that are not among those moved."""
    rows = connection.execute("SELECT file_path FROM file_registry WHERE lower(status) NOT IN ('deleted', 'failed')")
    paths = [str(path) for (path,) in rows if str(path).startswith(f"{top}/")]
    return [path for path in paths if path.removeprefix(f"{top}/") not in there]


def texts_with(found: Iterable[Entry], rules: Rules) -> Iterator[str]:
    """Word how many texts of knowledge bases name old addresses; files are moved byte for byte, so they go on to."""
    texts = [e for e in found if e.kind == "file" and e.part.volume == "kb-static" and e.path.suffix in TEXTS]
    naming = [entry for entry in texts if rules.match(entry.source.read_bytes())]
    if naming:
        yield f"{len(naming)} texts of knowledge bases name old places, such as {naming[0].old}; they stay as they are"


def known_passwords(connection: sqlite3.Connection, prefix: str | None) -> Iterator[str]:
    """Word which administrators can log in with a password that everybody knows."""
    for table, query in _administrators(connection, prefix):
        for account, hashed in connection.execute(query):
            known = next((word for word in PASSWORDS if _fits(word, hashed)), None)
            if known:
                yield f"{account} in {table} has the password {known!r}, which everybody knows: change it at once"


def _administrators(connection: sqlite3.Connection, prefix: str | None) -> Iterator[tuple[str, str]]:
    there = databases.tables(connection)
    if {"auth", "user"} <= set(there):
        yield "auth", "SELECT a.email, a.password FROM auth a JOIN \"user\" u ON u.id = a.id WHERE u.role = 'admin'"
    own = f"{prefix}Creator_users"
    if prefix is not None and own in there and {"password_hash", "role"} <= set(databases.texts(connection, own)):
        admins = f"{databases.quoted(own)} WHERE role = 'admin'"
        yield own, f"SELECT user_email, password_hash FROM {admins}"  # noqa: S608  our own quoting


def _fits(word: str, hashed: object) -> bool:
    """Tell whether a hash is one of a word; without the library for it (no image of LAMB) it is not known to be."""
    if not isinstance(hashed, str) or not hashed.startswith("$2"):
        return False
    try:
        bcrypt = importlib.import_module("bcrypt")
    except ModuleNotFoundError:
        return False
    return bool(bcrypt.checkpw(word.encode(), hashed.encode()))


def _count(connection: sqlite3.Connection, table: str) -> int:
    (rows,) = connection.execute(f"SELECT count(*) FROM {databases.quoted(table)}").fetchone()  # noqa: S608  our own quoting
    return int(rows)
