"""Steps of kind `json`: set keys of the outermost object of JSON files; every other byte stays."""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from scripts.lib.brand_texts import Texts, texts
from scripts.lib.files import Files, pattern
from scripts.lib.json_text import Form, NotSound, form, members
from scripts.lib.settings.steps import JsonStep
from scripts.lib.steps.fitting import ALIKE, Applied, DoesNotFit, Problem, StepContext, line_of, refuse, targets
from scripts.lib.steps.nearest import Near

STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
KEY_BEFORE = re.compile(rb"[{,][ \t\n]*\Z")
COLON = re.compile(rb"[ \t\n]*:[ \t\n]*")


def apply(step: JsonStep, files: Files, context: StepContext) -> Applied:
    """Set the step's keys in every file that its path names; raises DoesNotFit with the problems of all files."""
    own = texts(step, context)
    paths = targets(step.id, step.path, files)
    locales = {path: _locale(step, path) for path in paths}
    problems = _unknown_locales(step, own, locales)
    changes: dict[str, bytes | None] = {}
    for path, locale in locales.items():
        try:
            changes[path] = _set(_for(step, locale, context), path, files.read(path) or b"", own.of(locale), context)
        except DoesNotFit as failure:
            problems += failure.problems
    if problems:
        raise refuse(step.id, *problems)
    return Applied(step.id, changes, len(paths) * len(step.set), _notes(own, locales))


def verify(step: JsonStep, files: Files, context: StepContext) -> list[str]:
    """Tell which keys do not have the step's texts."""
    own = texts(step, context)
    problems: list[str] = []
    for path in targets(step.id, step.path, files):
        values = own.of(_locale(step, path))
        try:
            problems += _not_set(step, path, files.read(path) or b"", values, context)
        except NotSound as error:
            problems.append(f"{path}:{error}")
    return problems


def _for(step: JsonStep, locale: str | None, context: StepContext) -> JsonStep:
    """Return the step as it is meant for one locale in this version."""
    lacking = step.lacking.get(locale or "")
    adds = lacking is not None and lacking.holds(context.version)
    return step.model_copy(update={"missing_key": "add"}) if adds else step


def _not_set(step: JsonStep, path: str, data: bytes, values: Mapping[str, str], context: StepContext) -> Iterator[str]:
    for key, name in step.set.items():
        span = _find(data, key, form_of(data, context))
        found = json.loads(data[slice(*span)]) if span else None
        if found != values[name]:
            yield f"{path}: the key {key!r} has {found!r} instead of {values[name]!r}"


def _set(step: JsonStep, path: str, data: bytes, values: Mapping[str, str], context: StepContext) -> bytes:
    try:
        shape = form_of(data, context)
    except NotSound as error:
        where = f"{path}:{error.line}:{error.column}"
        raise refuse(step.id, Problem("invalid", f"{where}: {error.message}", path)) from None
    ascii_only = data.isascii() and b"\\u" in data
    changed = data
    for key, name in step.set.items():
        value = json.dumps(values[name], ensure_ascii=ascii_only).encode()
        span = _find(changed, key, shape)
        if span:
            changed = changed[: span[0]] + value + changed[span[1] :]
        elif step.missing_key == "add":
            changed = _added(changed, json.dumps(key, ensure_ascii=ascii_only).encode(), value)
        else:
            raise refuse(step.id, _missing(path, changed, key))
    context.known[id(changed)] = (changed, context.known.pop(id(data))[1])
    return changed


def form_of(data: bytes, context: StepContext) -> Form:
    """Read a content's form once, however many steps are on the file: it is known by being the same object."""
    if id(data) not in context.known:
        context.known[id(data)] = (data, form(data))
    return context.known[id(data)][1]


def _find(data: bytes, key: str, shape: Form) -> tuple[int, int] | None:
    """Return start and end of a key's value, None where the object has no such key."""
    if shape.flat and not {",", ":"} & set(key):
        # Between two strings of a flat object stands a comma or a colon, so this can only be the key itself.
        word = json.dumps(key, ensure_ascii=False).encode()
        at = data.find(word)
        while at >= 0:
            colon = COLON.match(data, at + len(word))
            if colon and KEY_BEFORE.search(data, max(0, at - 200), at) and data[colon.end() : colon.end() + 1] == b'"':
                value = STRING.match(data, colon.end())
                return value.span() if value else None
            at = data.find(word, at + 1)
    text = data.decode()
    if key not in json.loads(text):
        return None
    for member in members(text):
        if member.key == key:
            return len(text[: member.value_start].encode()), len(text[: member.value_end].encode())
    return None


def _added(data: bytes, key: bytes, value: bytes) -> bytes:
    """Put a member behind the last one, indented as that is."""
    text = data.decode()
    there = list(members(text))
    if not there:
        start = text.index("{") + 1
        return f"{text[:start]}{key.decode()}: {value.decode()}{text[start:].lstrip()}".encode()
    last = there[-1]
    before = text[: last.key_start]
    space = before[len(before.rstrip()) :]
    member = f",{space}{key.decode()}: {value.decode()}"
    return (text[: last.value_end] + member + text[last.value_end :]).encode()


@lru_cache(maxsize=256)
def _nearest(key: str, known: frozenset[str]) -> str | None:
    return next(iter(difflib.get_close_matches(key, known, n=1, cutoff=0.5)), None)


def _missing(path: str, data: bytes, key: str) -> Problem:
    near = _nearest(key, frozenset(json.loads(data)))
    if near is None:
        return Problem("gone", f"{path}: has no key {key!r}, nor one that is like it", path)
    span = _find(data, near, Form(flat=True))
    line = line_of(data, span[0]) if span else 1
    share = difflib.SequenceMatcher(None, key, near).ratio()
    message = f"{path}:{line}: has no key {key!r}; nearest is {near!r} ({share:.0%} alike)"
    return Problem("moved" if share >= ALIKE else "gone", message, path, near=Near(line, near, share))


def _locale(step: JsonStep, path: str) -> str | None:
    found = pattern(step.path).match(path)
    return found.groupdict().get("locale") if found else None


def _unknown_locales(step: JsonStep, own: Texts, locales: dict[str, str | None]) -> list[Problem]:
    if "{locale}" not in step.path:
        return []
    here = {locale for locale in locales.values() if locale}
    problems = []
    for locale in sorted(own.locales() - here):
        near = difflib.get_close_matches(locale, here, n=1)
        also = f"; nearest is {near[0]}" if near else ""
        message = f"{step.texts}: has a text for locale {locale}, of which upstream has no file{also}"
        problems.append(Problem("gone", message, step.texts))
    return problems


def _notes(own: Texts, locales: dict[str, str | None]) -> tuple[str, ...]:
    without = sorted(locale for locale in locales.values() if locale and not own.has_all(locale))
    if not without:
        return ()
    return (f"{len(without)} locales without a text of their own take the default: {', '.join(without)}",)
