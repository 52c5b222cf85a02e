"""JSON as text: where each member of the outermost object stands, so that one value can change and nothing else."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import JSONDecodeError
from typing import Any

SPACE = re.compile(r"[ \t\n\r]*")
DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Member:
    """One key of the outermost object; positions are indexes into the text."""

    key: str
    key_start: int
    value_start: int
    value_end: int


@dataclass(frozen=True)
class Form:
    """What is known of a sound JSON file."""

    flat: bool
    """Its values hold no objects, so a key can stand in one place only."""


class NotSound(ValueError):
    """The file is no JSON object that can be edited: a message and its line (and column)."""

    def __init__(self, message: str, line: int, column: int = 1) -> None:
        self.message, self.line, self.column = message, line, column
        super().__init__(f"{line}:{column}: {message}")


def form(data: bytes) -> Form:
    """Read a JSON file whole and return its form; raises NotSound where it is not to be edited as JSON."""
    if data.startswith(b"\xef\xbb\xbf"):
        raise NotSound("begins with a byte order mark (BOM), which JSON does not allow", 1)
    carriage = data.find(b"\r")
    if carriage >= 0:
        raise NotSound("has CRLF line ends; this step expects LF", 1 + data.count(b"\n", 0, carriage))
    objects = 0
    doubled = False

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal objects, doubled
        found = dict(pairs)
        objects += 1
        doubled = doubled or len(found) != len(pairs)
        return found

    try:
        value = json.loads(data.decode(), object_pairs_hook=look)
    except JSONDecodeError as error:
        raise NotSound(f"is not JSON: {error.msg}", error.lineno, error.colno) from None
    except UnicodeDecodeError as error:
        raise NotSound("is not UTF-8", 1 + data.count(b"\n", 0, error.start)) from None
    if not isinstance(value, dict):
        raise NotSound(f"is JSON, but no object (a {type(value).__name__})", 1)
    if doubled:
        raise _doubled(data.decode())
    return Form(flat=objects == 1)


def members(text: str) -> Iterator[Member]:
    """Walk over the members of the outermost object of sound JSON, in order."""
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] != "}":
        key, end = DECODER.raw_decode(text, at)
        value_start = _skip(text, _skip(text, end) + 1)
        value_end = DECODER.raw_decode(text, value_start)[1]
        yield Member(key, at, value_start, value_end)
        at = _skip(text, value_end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def position(text: str, index: int) -> tuple[int, int]:
    """Return line and column, from 1, of an index."""
    return 1 + text.count("\n", 0, index), index - text.rfind("\n", 0, index)


def _skip(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at


def _doubled(text: str) -> NotSound:
    seen: dict[str, int] = {}
    for member in members(text):
        line, column = position(text, member.key_start)
        if member.key in seen:
            return NotSound(f"the key {member.key!r} stands twice, first in line {seen[member.key]}", line, column)
        seen[member.key] = line
    return NotSound("an inner object has the same key twice", 1)
