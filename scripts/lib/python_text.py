"""Python as syntax with places: finds expressions and statements whatever their quotes, line breaks and comments."""

import ast
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BODIES = ("body", "orelse", "finalbody")


def parse(code: bytes | str) -> ast.Module:
    """Return the syntax tree, without what Python would warn of; raises SyntaxError (or ValueError at a NUL byte)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


@dataclass(frozen=True)
class Place:
    """A piece of code: bytes of the source from start to end, and its first line from 1."""

    start: int
    end: int
    line: int


class Source:
    """A parsed file, the places of whose nodes are bytes of it; raises SyntaxError where it does not parse."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.tree = parse(data)
        self._starts = [0]
        for line in data.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def place(self, first: Any, last: Any) -> Place:
        """Return the place from the first node's start (its decorators included) to the last one's end."""
        line = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
        return Place(
            self._starts[line - 1] + first.col_offset, self._starts[last.end_lineno - 1] + last.end_col_offset, line
        )

    def whole_lines(self, place: Place) -> Place | None:
        """Return the place widened to its lines with their ends; None where other code stands on these lines."""
        start = self.data.rfind(b"\n", 0, place.start) + 1
        newline = self.data.find(b"\n", place.end)
        end = len(self.data) if newline < 0 else newline + 1
        behind = self.data[place.end : end].strip()
        if self.data[start : place.start].strip() or (behind and not behind.startswith(b"#")):
            return None
        return Place(start, end, place.line)


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and what takes its place: one expression, or statements."""

    find: list[ast.stmt] | ast.expr
    replace: list[ast.stmt] | ast.expr


def wanted(find: str, replace: str) -> Wanted:
    """Read both as expressions where both are, else as statements; raises SyntaxError."""
    find, replace = textwrap.dedent(find).strip(), textwrap.dedent(replace).strip()
    try:
        return Wanted(_expression(find), _expression(replace))
    except SyntaxError:
        return Wanted(parse(find).body, parse(replace).body)


def _expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


def same(one: Any, other: Any) -> bool:
    """Tell whether two pieces of syntax are the same, wherever they stand and however they are worded."""
    if type(one) is not type(other):
        return False
    if isinstance(one, ast.AST):
        return all(same(getattr(one, f, None), getattr(other, f, None)) for f in one._fields if f != "kind")
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def expressions(tree: ast.AST, find: ast.expr) -> list[ast.expr]:
    """Return every expression of the same syntax, in the order of the tree."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.expr) and same(node, find)]


def statements(tree: ast.AST, find: list[ast.stmt]) -> list[tuple[list[ast.stmt], int]]:
    """Return every run of statements of the same syntax: the body that it stands in, and its index there."""
    found = []
    for body in bodies(tree):
        at = 0
        while at + len(find) <= len(body):
            here = same(body[at : at + len(find)], find)
            if here:
                found.append((body, at))
            at += len(find) if here else 1
    return found


def bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Return every list of statements of a tree."""
    for node in ast.walk(tree):
        for name in BODIES:
            body = getattr(node, name, None)
            if isinstance(body, list):
                yield body
