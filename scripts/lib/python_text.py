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


def expressions(tree: ast.AST, find: ast.expr) -> list[ast.expr]:
    """Return every expression of the same syntax, in the order of the tree."""
    form = ast.dump(find)
    same = (node for node in ast.walk(tree) if type(node) is type(find))
    return [node for node in same if isinstance(node, ast.expr) and ast.dump(node) == form]


def statements(tree: ast.AST, find: list[ast.stmt]) -> list[tuple[list[ast.stmt], int]]:
    """Return every run of statements of the same syntax: the body that it stands in, and its index there."""
    forms = [ast.dump(statement) for statement in find]
    found = []
    for body in bodies(tree):
        at = 0
        while at + len(find) <= len(body):
            if type(body[at]) is type(find[0]) and [ast.dump(s) for s in body[at : at + len(find)]] == forms:
                found.append((body, at))
                at += len(find)
            else:
                at += 1
    return found


def bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Return every list of statements of a tree."""
    for node in ast.walk(tree):
        for name in BODIES:
            body = getattr(node, name, None)
            if isinstance(body, list):
                yield body
