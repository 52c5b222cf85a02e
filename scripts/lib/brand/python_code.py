"""Which places of Python code are strings that run, and which are documentation. Pure."""

import ast
import re
from dataclasses import dataclass
from functools import cached_property

from scripts.lib.python_text import Source

_LEXED = re.compile(
    rb"""#[^\n]*|(?s:(\"{3}|'{3})(?:\\.|(?!\1).)*\1)|"(?:\\(?s:.)|[^"\\\n])*"|'(?:\\(?s:.)|[^'\\\n])*'""",
)


@dataclass(frozen=True)
class Span:
    """A string literal: bytes of the file from start to end."""

    start: int
    end: int
    documents: bool
    """It stands alone as a statement, so it does nothing."""


class Strings:
    """The string literals of a Python file; where that does not parse, asking raises SyntaxError or ValueError."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def may_hold(self, words: re.Pattern[bytes]) -> bool:
        """Tell, without parsing, whether a string seems to hold one of these words."""
        return any(not m[0].startswith(b"#") and words.search(m[0]) for m in _LEXED.finditer(self._data))

    def around(self, position: int) -> Span | None:
        """Return the literal that holds this byte of the file, None where it is a comment or a name."""
        return self._within(self._source.tree, position, alone=False)

    @cached_property
    def _source(self) -> Source:
        return Source(self._data)

    def _within(self, node: ast.AST, position: int, *, alone: bool) -> Span | None:
        """Look below a node; a formatted string is one literal, whatever strings stand within it."""
        if hasattr(node, "lineno"):
            place = self._source.place(node, node)
            if not place.start <= position < place.end:
                return None
            if isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str | bytes):
                return Span(place.start, place.end, alone)
        alone = isinstance(node, ast.Expr)
        found = (self._within(child, position, alone=alone) for child in ast.iter_child_nodes(node))
        return next((span for span in found if span), None)
