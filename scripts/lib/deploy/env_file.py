"""An environment's file of settings and secrets (.env), and the template that explains it: read, written, as text.

The form is compose's: NAME=value, in single quotes taken as it is, in double quotes or bare with $NAME replaced. A line
that begins with #NAME= is a setting left out.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.lib.errors import SettingsInvalid

OWNER_ONLY = 0o600
EMPTY = "''"
"""An empty value, meant so; with nothing behind its = a name is one that somebody forgot to fill."""
_LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<value>.*)")
_QUOTED = re.compile(r"(?P<quote>['\"])(?P<inner>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)\s*(?:#.*)?")
_PAIR = re.compile(r"\\(.)")
_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    '"': '"',
    "\\": "\\",
    "$": "$$",
}
_PLAIN = re.compile(r"[\w@%+=:,./?&;()!~*{}\[\]|^-][\w@%+=:,./?&;()!~*{}\[\]|^ -]*")


@dataclass(frozen=True)
class EnvFile:
    """The settings of one file."""

    values: Mapping[str, str]
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where each one stands, from 1."""
    problems: tuple[str, ...] = ()
    """What is no setting, or may be read in two ways; each begins with its line's number."""
    bare: frozenset[str] = frozenset()
    """Names with nothing behind their =; NAME='' is not among them."""


def parse(text: str) -> EnvFile:
    """Read a file; everything that is wrong with it is in `problems`, and nothing is raised."""
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems: list[str] = []
    bare: set[str] = set()
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if not found:
            problems.append(f"{number}: is not NAME=value")
            continue
        name = found["name"]
        value, problem = _value(found["value"])
        if problem:
            problems.append(f"{number}: {name} {problem}")
        if name in values:
            problems.append(f"{number}: {name} stands in line {lines[name]} already")
        if not found["value"]:
            bare.add(name)
        values[name], lines[name] = value, number
    return EnvFile(values, lines, tuple(problems), frozenset(bare))


def _value(text: str) -> tuple[str, str | None]:
    """Return a value as compose reads it, and what is wrong with it."""
    if text[:1] in ("'", '"'):
        found = _QUOTED.fullmatch(text)
        if not found:
            return text, f"begins with {text[0]} and does not end with it"
        inner = _PAIR.sub(lambda pair: found["quote"] if pair[1] == found["quote"] else pair[0], found["inner"])
        if found["quote"] == "'":
            return inner, None
        if any(pair[1] == "0" for pair in _PAIR.finditer(inner)):
            return inner, "holds \\0, which compose takes for a number: put the value in single quotes"
        text = _PAIR.sub(lambda pair: _ESCAPES.get(pair[1], pair[0]), inner)
    else:
        text = text.partition(" #")[0].rstrip()
    if "\n" in text or "\r" in text:
        return text, "holds a line break"
    if "$" in text.replace("$$", ""):
        return text, "holds $, which compose replaces: put the value in single quotes"
    return text.replace("$$", "$"), None


def template_values(template: str) -> dict[str, str]:
    """Return every variable that a template knows, those left out too, in its order, with the value that it shows."""
    found = [_LINE.fullmatch(line.removeprefix("#")) for line in template.splitlines() if not line.startswith("# ")]
    return {match["name"]: _value(match["value"])[0] for match in found if match}


def fill(template: str, make: Callable[[str], str | None]) -> str:
    """Return the template with the values that `make` gives; where it gives None, the template's own stays."""
    return "".join(_filled(line, make) for line in template.splitlines(keepends=True))


def _filled(line: str, make: Callable[[str], str | None]) -> str:
    found = _LINE.fullmatch(line.rstrip("\n"))
    value = make(found["name"]) if found else None
    return line if found is None or value is None else f"{found['name']}={worded(value)}\n"


def put(text: str, name: str, value: str) -> str:
    """Return a file's text with `name` set to `value`, in its line where it has one, else at the end.

    An empty value is worded as one that is meant.
    """
    line = f"{name}={worded(value) or EMPTY}"
    pattern = re.compile(rf"^(?:export\s+)?{re.escape(name)}\s*=.*$", re.MULTILINE)
    if pattern.search(text):
        return pattern.sub(lambda _: line, text)
    return f"{text.rstrip()}\n{line}\n"


def settle(text: str, name: str, value: str) -> str:
    """Return a file's text with `name` set to `value`, in the line that sets it, that leaves it out, or at the end."""
    line = f"{name}={worded(value) or EMPTY}"
    for pattern in (rf"^(?:export\s+)?{re.escape(name)}\s*=.*$", rf"^#{re.escape(name)}=.*$"):
        if re.search(pattern, text, re.MULTILINE):
            return re.sub(pattern, lambda _: line, text, count=1, flags=re.MULTILINE)
    return f"{text.rstrip()}\n{line}\n"


def worded(value: str) -> str:
    """Return a value as a file holds it, in quotes where it would be read otherwise; raises where it has many lines."""
    if "\n" in value or "\r" in value:
        raise SettingsInvalid("a value with a line break cannot stand in the file", hint="give it as one line")
    if not value or (_PLAIN.fullmatch(value) and not value.endswith(" ")):
        return value
    if "'" not in value and not value.endswith("\\"):
        return f"'{value}'"
    return '"' + re.sub(r'(["\\$])', r"\\\1", value) + '"'


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, never readable by others."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
