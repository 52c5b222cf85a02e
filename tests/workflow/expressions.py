"""GitHub's expressions, as far as our workflows use them; anything else is refused."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+)|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>\|\||&&|[=!]=|[!().,\[\]]))"
)
WHOLE = re.compile(r"\$\{\{((?:[^}]|\}(?!\}))*)\}\}")
LITERALS = {"true": True, "false": False, "null": None}
Functions = Mapping[str, Callable[..., Any]]


class Unsupported(Exception):
    """Something that stands in a workflow and that this runner does not know."""


def fill(value: Any, contexts: Mapping[str, Any], functions: Functions) -> Any:
    """Return a value with its expressions evaluated; one that is all expression keeps its type."""
    if isinstance(value, dict):
        return {key: fill(one, contexts, functions) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    whole = WHOLE.fullmatch(value.strip())
    if whole:
        return evaluate(whole[1], contexts, functions)
    return WHOLE.sub(lambda found: as_text(evaluate(found[1], contexts, functions)), value)


def evaluate(text: str, contexts: Mapping[str, Any], functions: Functions) -> Any:
    """Return the value of an expression."""
    return _Parser(text, contexts, functions).value()


def as_text(value: Any) -> str:
    """Return a value as GitHub writes it into a text."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, bool | list | dict) else str(value)


class _Parser:
    """Evaluates while it reads: or, and, comparison, not, then names with their parts and calls."""

    def __init__(self, text: str, contexts: Mapping[str, Any], functions: Functions) -> None:
        self._text, self._tokens = text, _tokens(text)
        self._contexts, self._functions = contexts, functions

    def value(self) -> Any:
        value = self._either()
        if self._tokens:
            raise Unsupported(f"{self._tokens[0][1]!r} in the expression {self._text!r}")
        return value

    def _next_is(self, *signs: str) -> str | None:
        if self._tokens and self._tokens[0][0] == "sign" and self._tokens[0][1] in signs:
            return self._tokens.pop(0)[1]
        return None

    def _need(self, sign: str) -> None:
        if not self._next_is(sign):
            raise Unsupported(f"no {sign!r} where it is needed in the expression {self._text!r}")

    def _either(self) -> Any:
        value = self._both()
        while self._next_is("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._next_is("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:
        value = self._single()
        sign = self._next_is("==", "!=")
        return value if sign is None else (value == self._single()) == (sign == "==")

    def _single(self) -> Any:
        if self._next_is("!"):
            return not self._single()
        if self._next_is("("):
            value = self._either()
            self._need(")")
            return value
        return self._parts(self._primary())

    def _primary(self) -> Any:
        if not self._tokens or self._tokens[0][0] == "sign":
            raise Unsupported(f"the expression {self._text!r}")
        kind, word = self._tokens.pop(0)
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return int(word)
        if self._next_is("("):
            return self._call(word)
        if word in LITERALS:
            return LITERALS[word]
        if word not in self._contexts:
            raise Unsupported(f"the context {word!r} in {self._text!r}")
        return self._contexts[word]

    def _call(self, name: str) -> Any:
        given: list[Any] = []
        while not self._next_is(")"):
            given.append(self._either())
            self._next_is(",")
        if name not in self._functions:
            raise Unsupported(f"the function {name!r} in {self._text!r}")
        return self._functions[name](*given)

    def _parts(self, value: Any) -> Any:
        while sign := self._next_is(".", "["):
            part: Any = self._either() if sign == "[" else self._tokens.pop(0)[1]
            if sign == "[":
                self._need("]")
            value = value[part] if isinstance(value, list) else (value or {}).get(part)
        return value


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while text[place:].strip():
        token = TOKEN.match(text, place)
        if token is None or token.lastgroup is None:
            raise Unsupported(f"{text[place:]!r} in the expression {text!r}")
        found.append((token.lastgroup, token[token.lastgroup]))
        place = token.end()
    return found
