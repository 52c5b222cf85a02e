"""What must not be said any more: paths of the old containers and public addresses, with what stands for them now.

A rule is the beginning of a path or address, long enough that it means nothing else, so it holds wherever it stands in
a text. All rules are applied in one pass, so that none changes what another one wrote.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from . import databases
from .old import Old
from .parts import KB_HOME, Part

ICON = "/static/img/lamb_icon.png"
"""LAMB gives every account this picture, behind its own public address."""
PLACED = (("file_registry", "file_path"), ("file", "path"), ("content_items", "base_path"))
"""Columns with nothing but paths of files."""
WEB, HOME = "LAMB_WEB_HOST", "HOME_URL"
HOME_BY_DEFAULT = "http://localhost:9090"


@dataclass(frozen=True)
class Found:
    """Under which names a database knows the old stack."""

    roots: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()
    """Public addresses of the knowledge base."""
    webs: frozenset[str] = frozenset()
    """Public addresses of LAMB."""

    def __or__(self, other: "Found") -> "Found":
        return Found(self.roots | other.roots, self.homes | other.homes, self.webs | other.webs)


class Rules:
    """Old beginning -> new beginning, applied to bytes; how often each was is counted."""

    def __init__(self, pairs: Mapping[str, str]) -> None:
        changed = {old: new for old, new in pairs.items() if old != new}
        every = {one: other for old, new in changed.items() for one, other in _spellings(old, new)}
        self.pairs = changed
        self._new = {old.encode(): new.encode() for old, new in every.items()}
        longest_first = sorted(self._new, key=lambda old: (-len(old), old))
        self._pattern = re.compile(b"|".join(map(re.escape, longest_first)) if longest_first else b"(?!)")
        self.applied: Counter[str] = Counter()

    def match(self, data: bytes) -> bool:
        """Tell whether a text holds anything to be replaced."""
        return self._pattern.search(data) is not None

    def apply(self, data: bytes) -> bytes:
        """Return a text with everything replaced."""
        return self._pattern.sub(self._replaced, data)

    def _replaced(self, found: re.Match[bytes]) -> bytes:
        self.applied[found[0].decode()] += 1
        return self._new[found[0]]


def _spellings(old: str, new: str) -> Iterator[tuple[str, str]]:
    """A text, and the same within JSON and within JSON that is a text of JSON."""
    for _ in range(3):
        yield old, new
        old, new = json.dumps(old)[1:-1], json.dumps(new)[1:-1]


def found_in(connection: sqlite3.Connection) -> Found:
    """Look into the columns that hold nothing but paths or addresses for what the old stack was called."""
    there = set(databases.tables(connection))
    roots = {root for table, column in PLACED if table in there for root in _roots(connection, table, column)}
    homes = set(_homes(connection, _OF_FILES)) if "file_registry" in there else set()
    if "embedding_metadata" in there:
        roots |= set(_roots(connection, "embedding_metadata", "string_value", "key = 'source'"))
        homes |= set(_homes(connection, _OF_CHUNKS))
    webs = set(_webs(connection)) if {"user", "auth"} <= there else set()
    return Found(frozenset(roots), frozenset(homes), frozenset(webs))


def _values(connection: sqlite3.Connection, table: str, columns: str, where: str = "1") -> Iterator[tuple[str, ...]]:
    named = databases.quoted(table)
    for row in connection.execute(f"SELECT DISTINCT {columns} FROM {named} WHERE {where}"):  # noqa: S608  our own names
        if all(isinstance(value, str) for value in row):
            yield tuple(row)


def _roots(connection: sqlite3.Connection, table: str, column: str, where: str = "1") -> Iterator[str]:
    inner = "|".join(re.escape(f"/{name}/") for name in (KB_HOME, "open-webui/backend/data", "library-manager/data"))
    pattern = re.compile(rf"(/.*?)(?:{inner})")
    for (path,) in _values(connection, table, column, where):
        if found := pattern.match(path):
            yield found[1]


_OF_FILES = "SELECT DISTINCT file_path, file_url FROM file_registry"
_OF_CHUNKS = """
    SELECT DISTINCT source.string_value, address.string_value
    FROM embedding_metadata source JOIN embedding_metadata address ON source.id = address.id
    WHERE source.key = 'source' AND address.key = 'file_url'
"""


def _homes(connection: sqlite3.Connection, paths_and_addresses: str) -> Iterator[str]:
    """What stands before the path below `static` in the addresses of files."""
    for path, address in connection.execute(paths_and_addresses):
        if not isinstance(path, str) or not isinstance(address, str):
            continue
        _, _, below = path.rpartition(f"{KB_HOME}/static/")
        # one that begins with /static/ names no home, and every /static/ would be taken for it
        if below and address.startswith("http") and address.endswith(f"/static/{below}"):
            yield address.removesuffix(f"/static/{below}")


def _webs(connection: sqlite3.Connection) -> Iterator[str]:
    for (address,) in _values(connection, "user", "profile_image_url"):
        if address.startswith("http") and address.endswith(ICON):
            yield address.removesuffix(ICON)


def of(old: Old, parts: Iterable[Part], found: Found, new: Mapping[str, str]) -> Rules:
    """Return the rules for an old stack; `new` are the settings of the new one."""
    roots = {*map(PurePosixPath, found.roots), *old.roots}
    pairs = {
        f"{root / part.old}/": f"{part.at}/" for root in roots for part in parts if not part.only and part.old.parts
    }
    homes = found.homes | {old.settings.get(HOME, HOME_BY_DEFAULT)}
    webs = found.webs | {web for name in (WEB, "PIPELINES_HOST") if (web := old.settings.get(name))}
    for named, now in ((homes, new.get("KB_HOME_URL")), (webs, new.get(WEB))):
        for one in named if now else ():
            for spelt in {one, one.rstrip("/")}:
                pairs[f"{spelt}/static/"] = f"{(now or '').rstrip('/')}/static/"
    return Rules(pairs)
