"""Whether an edited file still parses: JSON, Python, HTML and XML, told by the file's suffix."""

from collections import Counter
from collections.abc import Callable
from pathlib import PurePosixPath

from scripts.lib import json_text, python_text
from scripts.lib.files import Changed, Files


def problems(changed: Changed, base: Files) -> list[str]:
    """Return what is wrong with each file that was changed from `base`; empty is good."""
    found = (problem(path, data, base.read(path)) for path, data in changed.changes.items() if data is not None)
    return [one for one in found if one]


def problem(path: str, data: bytes, before: bytes | None = None) -> str | None:
    """Return what is wrong with a file, with its line; None where it parses or its suffix is of no kind known here.

    `before` is the content that upstream has. HTML errors that stood there already do not count: browsers forgive them.
    """
    check = CHECKS.get(PurePosixPath(path).suffix)
    found = check(data, before or b"") if check else None
    return f"{path}:{found}" if found else None


def _json(data: bytes, before: bytes) -> str | None:  # noqa: ARG001
    try:
        json_text.form(data)
    except json_text.NotSound as error:
        return str(error)
    return None


def _python(data: bytes, before: bytes) -> str | None:  # noqa: ARG001
    try:
        python_text.parse(data)
    except (SyntaxError, ValueError) as error:
        return f"{getattr(error, 'lineno', None) or 1}: is not Python: {getattr(error, 'msg', error)}"
    return None


def _html(data: bytes, before: bytes) -> str | None:
    known = Counter(code for _, code in _html_errors(before)) if before else Counter[str]()
    for line, code in _html_errors(data):
        known[code] -= 1
        if known[code] < 0:
            return f"{line}: is not sound HTML: {code}"
    return None


def _html_errors(data: bytes) -> list[tuple[int, str]]:
    import html5lib

    parser = html5lib.HTMLParser()
    parser.parse(data)
    return [(position[0], code) for position, code, _ in parser.errors]


def _xml(data: bytes, before: bytes) -> str | None:  # noqa: ARG001
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
}
