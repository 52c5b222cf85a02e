"""What is wrong with an environment's file, before a container starts: pure, every problem in one go.

Each problem is one line, `NAME: what is wrong`, with the number of its line in the file before it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from scripts.lib.deploy.env_file import EnvFile
from scripts.lib.settings.deploy import DeploySettings, Variable
from scripts.lib.settings.wording import near

_NOTHING = Variable()


@dataclass(frozen=True)
class Facts:
    """Everything that the check looks at."""

    settings: DeploySettings
    file: EnvFile
    mode: int
    """Permission bits of the file."""
    template: Mapping[str, str]
    """Names that the template knows -> the value that it shows."""
    passed: Set[str]
    """Names that the compose files pass on or have replaced."""
    given: Set[str]
    """Names that the deploy itself gives."""
    stored: Mapping[str, Any] | None = None
    """What the application's database holds; None where there is none or it could not be asked."""


def problems(facts: Facts) -> list[str]:
    """Return everything that would keep a deploy from starting; empty is good."""
    return [*_of_file(facts), *_values(facts), *_names(facts)]


def weak(facts: Facts) -> list[str]:
    """Return the secrets that are short, but may be an older deployment's, which goes on with them."""
    return [
        line for name, known in facts.settings.variables.items() if known.adopted_from for line in _short(facts, name)
    ]


def shadowed(facts: Facts) -> list[str]:
    """Return the variables whose value has no effect, since the application's database holds another one."""
    stored, settings = facts.stored, facts.settings
    if stored is None or settings.stored is None:
        return []
    values = facts.file.values
    if values.get(settings.stored.overruled_by or "", "").lower() == "false":
        return []
    return [
        f"{_place(facts, name)}: has no effect: the database holds {_shown(stored[key], known)} as {key}"
        for name, value in values.items()
        if (key := (known := settings.variables.get(name, _NOTHING)).stored) in stored
        and key is not None
        and not values.get(settings.variables[name].yields_to or "")
        and not _same(value, stored[key])
    ]


def _of_file(facts: Facts) -> Iterator[str]:
    if facts.mode & 0o077:
        yield f"the file's mode is {facts.mode:04o}, so others can read its secrets: chmod 600"
    yield from (f"line {problem}" for problem in facts.file.problems)


def _values(facts: Facts) -> Iterator[str]:
    values, variables = facts.file.values, facts.settings.variables
    for name, known in variables.items():
        because = _needed(known, values)
        if because is not None and not values.get(name):
            yield f"{_place(facts, name)}: is missing{because}"
    for name, value in values.items():
        known = variables.get(name, _NOTHING)
        if name in facts.file.bare and _needed(known, values) is None:
            yield (
                f"{_place(facts, name)}: is empty; begin the line with #{name}= for the application's own, "
                f"or write {name}=''"
            )
        elif known.boolean and value.lower() not in ("true", "false"):
            yield f"{_place(facts, name)}: is {_shown(value, known)}, it must be true or false"
        elif _is_placeholder(facts, name, value):
            yield f"{_place(facts, name)}: is still the template's {_shown(value, known)}"
        elif not known.adopted_from:
            yield from _short(facts, name)


def _is_placeholder(facts: Facts, name: str, value: str) -> bool:
    """Tell whether a value still has what the template's has for somebody to replace, or is such a thing by itself."""
    shown, settings = facts.template.get(name, ""), facts.settings
    marks = [found[0] for pattern in settings.placeholders for found in re.finditer(pattern, shown)]
    return any(mark in value for mark in marks) or any(re.search(pattern, value) for pattern in settings.dummies)


def _short(facts: Facts, name: str) -> Iterator[str]:
    value, least = facts.file.values.get(name), facts.settings.variables.get(name, _NOTHING).at_least
    if value and least and len(value) < least:
        yield f"{_place(facts, name)}: has {len(value)} characters, it needs {least}"


def _names(facts: Facts) -> Iterator[str]:
    known = set(facts.template) | facts.passed
    for name in facts.file.values:
        if name in facts.given:
            yield f"{_place(facts, name)}: is given by the environment's settings (deploy), not here"
        elif name not in known:
            yield f"{_place(facts, name)}: is not known, {near(name, sorted(known))}"
        elif name not in facts.passed:
            yield f"{_place(facts, name)}: reaches no container: no compose file passes it on"


def _needed(known: Variable, values: Mapping[str, str]) -> str | None:
    """Word why a variable is needed; None where it is not."""
    if known.required:
        return ""
    return f", and {known.when} is true" if known.when and values.get(known.when, "").lower() == "true" else None


def _same(value: str, stored: object) -> bool:
    """Tell whether the database holds what the file says, in whichever form."""
    if isinstance(stored, bool):
        return value.lower() == str(stored).lower()
    if isinstance(stored, list):
        return [part.strip().rstrip("/") for part in value.split(";")] == [str(part).rstrip("/") for part in stored]
    return value.rstrip("/") == str(stored).rstrip("/")


def _shown(value: object, known: Variable) -> str:
    return "another value" if known.secret else json.dumps(value, ensure_ascii=False)


def _place(facts: Facts, name: str) -> str:
    line = facts.file.lines.get(name)
    return f"line {line}: {name}" if line else name
