"""Whether an edited file still parses: JSON, Python, HTML, XML, TypeScript, Svelte; told by the file's suffix."""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from scripts.lib import json_text, python_text
from scripts.lib.files import Changed, Files

if TYPE_CHECKING:
    from scripts.lib.script_text import Kind

NAMES = {"typescript": "TypeScript", "javascript": "JavaScript", "svelte": "Svelte"}


def problems(changed: Changed, base: Files) -> list[str]:
    """Return what is wrong with each file that was changed from `base`; empty is good."""
    found = (problem(path, data, base.read(path)) for path, data in changed.changes.items() if data is not None)
    return [one for one in found if one]


def problem(path: str, data: bytes, before: bytes | None = None) -> str | None:
    """Return what is wrong with a file, with its line; None where it parses or its suffix is of no kind known here.

    `before` is the content that upstream has. In HTML and scripts, errors that stood there already do not count:
    browsers forgive them, and a grammar may be older than the language.
    """
    check = CHECKS.get(PurePosixPath(path).suffix)
    found = check(data, before or b"") if check else None
    return f"{path}:{found}" if found else None


def _json(data: bytes, before: bytes) -> str | None:  # noqa: ARG001  every parser is called alike
    try:
        json_text.form(data)
    except json_text.NotSound as error:
        return str(error)
    return None


def _python(data: bytes, before: bytes) -> str | None:  # noqa: ARG001  every parser is called alike
    return _python_problem(data)


@lru_cache(maxsize=128)
def _python_problem(data: bytes) -> str | None:
    """The same file is asked for again with the next release."""
    try:
        python_text.parse(data)
    except (SyntaxError, ValueError) as error:
        return f"{getattr(error, 'lineno', None) or 1}: is not Python: {getattr(error, 'msg', error)}"
    return None


def _html(data: bytes, before: bytes) -> str | None:
    new = _new(_html_errors(data), _html_errors(before) if before else [])
    return f"{new[0]}: is not sound HTML: {new[1]}" if new else None


def _script(kind: "Kind", data: bytes, before: bytes) -> str | None:
    from scripts.lib.script_text import errors

    new = _new(errors(data, kind), errors(before, kind))
    return f"{new[0]}: does not parse as {NAMES[kind]}: {new[1]}" if new else None


def _new(found: list[tuple[int, str]], known: list[tuple[int, str]]) -> tuple[int, str] | None:
    """Return the first error, with its line, that stands more often than it is known to."""
    left = Counter(words for _, words in known)
    for line, words in found:
        left[words] -= 1
        if left[words] < 0:
            return line, words
    return None


def _html_errors(data: bytes) -> list[tuple[int, str]]:
    import html5lib

    parser = html5lib.HTMLParser()
    parser.parse(data)
    return [(position[0], code) for position, code, _ in parser.errors]


def _xml(data: bytes, before: bytes) -> str | None:  # noqa: ARG001  every parser is called alike
    from lxml import etree

    try:
        etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return f"{error.lineno or 1}: is not XML: {error.msg}"
    return None


CHECKS: dict[str, Callable[[bytes, bytes], str | None]] = {
    ".json": _json,
    ".webmanifest": _json,
    ".py": _python,
    ".html": _html,
    ".xml": _xml,
    ".svg": _xml,
    ".ts": partial(_script, "typescript"),
    ".js": partial(_script, "javascript"),
    ".mjs": partial(_script, "javascript"),
    ".svelte": partial(_script, "svelte"),
}
