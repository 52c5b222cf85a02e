"""What is wrong with an environment's file, before a container starts: pure, every problem in one go.

Each problem is one line, `NAME: what is wrong`, with the number of its line in the file before it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from scripts.lib.deploy import forms
from scripts.lib.deploy.env_file import EnvFile
from scripts.lib.settings.deploy import DeploySettings, Variable
from scripts.lib.settings.wording import near

_NOTHING = Variable()
COMPOSE_FILE = "COMPOSE_FILE"
"""Compose's own variable for the files that it reads where none are named."""
_OF_COMPOSE = {COMPOSE_FILE, "COMPOSE_PROFILES"}


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
    given: Mapping[str, str]
    """What the deploy itself gives."""
    demanded: Mapping[str, str] = field(default_factory=dict)
    """Names without which compose refuses its files -> what the files say of them."""
    files: Sequence[str] = ()
    """Names of the compose files that a deploy takes."""
    stored: Mapping[str, Any] | None = None
    """What the application's database holds; None where there is none or it could not be asked."""


def problems(facts: Facts) -> list[str]:
    """Return everything that would keep a deploy from starting; empty is good."""
    return [*_of_file(facts), *_values(facts), *_names(facts)]


def weak(facts: Facts) -> list[str]:
    """Return the secrets that are short, but may be an older deployment's, which goes on with them."""
    return [
        f"{_place(facts, name)}: {line}"
        for name, known in facts.settings.variables.items()
        if known.adopted_from
        for line in _short(facts, name)
    ]


def shadowed(facts: Facts) -> list[str]:
    """Return the variables whose value has no effect, since the application's database holds another one."""
    stored, settings = facts.stored, facts.settings
    if stored is None or settings.stored is None:
        return []
    values = facts.file.values
    if values.get(settings.stored.overruled_by or "", "").lower() == "false":
        return []
    on = f" on {settings.stored.of}" if settings.stored.of else ""
    return [
        f"{_place(facts, name)}: has no effect{on}: the database holds {_shown(stored[key], known)} as {key}"
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
    yield from _missing(facts)
    for name, value in facts.file.values.items():
        known = facts.settings.variables.get(name, _NOTHING)
        for problem in _of_value(facts, name, value, known):
            yield f"{_place(facts, name)}: {problem}"


def _missing(facts: Facts) -> Iterator[str]:
    """Every variable without a value that the product, or the compose files themselves, need."""
    values, variables = facts.file.values, facts.settings.variables
    for name in dict.fromkeys([*variables, *facts.demanded]):
        because = _needed(facts, name)
        if because is not None and not values.get(name):
            yield f"{_place(facts, name)}: is missing{because}"


def _of_value(facts: Facts, name: str, value: str, known: Variable) -> Iterator[str]:
    """Word what is wrong with one value: the first thing, and whether it is too short or another's."""
    if name in facts.file.bare:
        if _needed(facts, name) is None:
            yield f"is empty; begin the line with #{name}= for the application's own, or write {name}=''"
    elif known.boolean and value.lower() not in ("true", "false"):
        yield f"is {_shown(value, known)}, it must be true or false"
    elif is_placeholder(facts.settings, facts.template.get(name, ""), value):
        yield f"is still the template's {_shown(value, known)}"
    elif known.secret and value in facts.settings.published:
        yield "is a value that everybody knows"
    elif (now := forms.translated(known, value)) != value:
        yield f"is {_shown(value, known)}, which means nothing here: write {_shown(now, known)}"
    elif problem := forms.problem(known, value):
        yield f"is {_shown(value, known)}, {problem}"
    else:
        yield from _beside(facts, name, value, known)


def _beside(facts: Facts, name: str, value: str, known: Variable) -> Iterator[str]:
    """Word what is wrong with a value beside those of other variables, or beside its own length."""
    if not known.adopted_from:
        yield from _short(facts, name)
    if known.unlike and value and value == facts.file.values.get(known.unlike):
        yield f"is that of {known.unlike}, it must be another"
    over = facts.given.get(known.yields_to or "")
    if over and over != value:
        yield f"has no effect: a deploy gives {over} (deploy of the environment)"


def is_placeholder(settings: DeploySettings, shown: str, value: str) -> bool:
    """Tell whether a value still has what the template's has for somebody to replace, or is such a thing by itself."""
    marks = [found[0] for pattern in settings.placeholders for found in re.finditer(pattern, shown)]
    return any(mark in value for mark in marks) or any(re.search(pattern, value) for pattern in settings.dummies)


def _short(facts: Facts, name: str) -> Iterator[str]:
    value, least = facts.file.values.get(name), facts.settings.variables.get(name, _NOTHING).at_least
    if value and least and len(value) < least:
        yield f"has {len(value)} characters, it needs {least}"


def _names(facts: Facts) -> Iterator[str]:
    for name in facts.file.values:
        if name not in _OF_COMPOSE and (problem := _of_name(facts, name)):
            yield f"{_place(facts, name)}: {problem}"
    named = facts.file.values.get(COMPOSE_FILE)
    if named and named.split(":") != list(facts.files):
        yield f"{_place(facts, COMPOSE_FILE)}: is {named}, a deploy takes {':'.join(facts.files)} (product.yaml)"


def _of_name(facts: Facts, name: str) -> str | None:
    """Word why a name has no place in the file, None where it has."""
    known = set(facts.template) | facts.passed
    if name in facts.given:
        return "is given by the environment's settings (deploy), not here"
    if name in facts.settings.gone:
        return f"has no meaning any more: {facts.settings.gone[name]}"
    if now := now_called(facts.settings, name):
        return f"is now called {now}{_differs(facts, name, now)}"
    if name not in known:
        return f"is not known, {near(name, sorted(known))}"
    return None if name in facts.passed else "reaches no container: no compose file passes it on"


def now_called(settings: DeploySettings, name: str) -> str | None:
    """Return the variable that had this name before, None where there is none."""
    return next((now for now, known in settings.variables.items() if name in known.formerly), None)


def _differs(facts: Facts, name: str, now: str) -> str:
    values = facts.file.values
    return f", which has another value in {_place(facts, now)}" if values.get(now, values[name]) != values[name] else ""


def _needed(facts: Facts, name: str) -> str | None:
    """Word why a variable is needed; None where it is not."""
    known, values = facts.settings.variables.get(name, _NOTHING), facts.file.values
    if known.required:
        return ""
    if name in facts.demanded and name not in facts.given:
        return f": {facts.demanded[name]}" if facts.demanded[name] else ""
    return f", and {known.when} is true" if known.when and values.get(known.when, "").lower() == "true" else None


def _same(value: str, stored: object) -> bool:
    """Tell whether the database holds what the file says, in whichever form."""
    if isinstance(stored, bool):
        return value.lower() == str(stored).lower()
    if isinstance(stored, list):
        wanted, there = value.split(";"), {str(part).rstrip("/") for part in stored}
        return {part.strip().rstrip("/") for part in wanted} <= there  # what was added in its own panel stays
    return value.rstrip("/") == str(stored).rstrip("/")


def _shown(value: object, known: Variable) -> str:
    return "another value" if known.secret else json.dumps(value, ensure_ascii=False)


def _place(facts: Facts, name: str) -> str:
    line = facts.file.lines.get(name)
    return f"line {line}: {name}" if line else name
