"""Steps of kind `words`: replace words wherever people may read them; no number of places is given, none may be left.

In JSON files the values are read, never the keys; in Python files the strings, never comments, documentation or names.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from scripts.lib.brand.python_code import Span, Strings
from scripts.lib.files import Files, pattern
from scripts.lib.json_text import NotSound
from scripts.lib.settings.steps import WordsStep
from scripts.lib.steps.fitting import Applied, Problem, StepContext, refuse, shorten, targets
from scripts.lib.steps.json_keys import form_of

STRING = re.compile(rb'"((?:[^"\\]|\\.)*)"')
COLON = re.compile(rb"[ \t\n]*:")
EMPTY = re.compile(rb'[ \t\n]*:[ \t\n]*"(?=")')
KEY_BEHIND = re.compile(rb'"[ \t\n]*:[ \t\n]*\Z')


@dataclass(frozen=True)
class Edit:
    """One piece of a file and what takes its place."""

    start: int
    end: int
    new: bytes


def apply(step: WordsStep, files: Files, context: StepContext) -> Applied:
    """Replace the words in every file of the step; raises DoesNotFit where they stand in none of them."""
    changes: dict[str, bytes | None] = {}
    matches, problems = 0, []
    for path in targets(step.id, step.path, files):
        data = files.read(path) or b""
        edits = _edits(step, path, data, context)
        if isinstance(edits, Problem):
            problems.append(edits)
        elif edits:
            changes[path] = _with(edits, data, path, context)
            matches += len(edits)
    if problems:
        raise refuse(step.id, *problems)
    if not changes:
        words = " nor ".join(shorten(repr(word)) for word in step.replace)
        raise refuse(step.id, Problem("gone", f"{step.path}: {words} stands in no text that people read", step.path))
    return Applied(step.id, changes, matches)


def verify(step: WordsStep, files: Files, context: StepContext) -> list[str]:
    """Tell where one of the words still stands."""
    problems = []
    for path in targets(step.id, step.path, files):
        data = files.read(path) or b""
        edits = _edits(step, path, data, context)
        if isinstance(edits, Problem):
            problems.append(edits.message)
        elif edits:
            line = 1 + data.count(b"\n", 0, edits[0].start)
            problems.append(f"{path}:{line}: {len(edits)} places still have the words of the step")
    return problems


def _edits(step: WordsStep, path: str, data: bytes, context: StepContext) -> list[Edit] | Problem:
    words = _Words(step)
    if not words.pattern.search(data):
        return []
    try:
        if path.endswith(".json"):
            form_of(data, context)
            return list(_in_json(step, data, words))
        return list(_in_python(data, words))
    except NotSound as error:
        return Problem("invalid", f"{path}:{error.line}:{error.column}: {error.message}", path)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return Problem("invalid", f"{path}:{line}: is not Python: {getattr(error, 'msg', error)}", path)


class _Words:
    """The words of a step; the longer ones are looked for first."""

    def __init__(self, step: WordsStep) -> None:
        self._new = {old.encode(): new.encode() for old, new in step.replace.items()}
        self.pattern = re.compile(b"|".join(map(re.escape, sorted(self._new, key=len, reverse=True))))

    def replaced(self, data: bytes) -> bytes:
        return self.pattern.sub(lambda match: self._new[match[0]], data)


def _in_json(step: WordsStep, data: bytes, words: _Words) -> Iterator[Edit]:
    """In sound JSON a word can only stand in a string: a key, or a value that may have one."""
    done = 0
    for match in words.pattern.finditer(data):
        string = STRING.match(data, _opening(data, match.start()))
        if string is None or string.start() < done:
            continue
        done = string.end()
        empty = EMPTY.match(data, string.end())
        if not COLON.match(data, string.end()):
            if not _kept(step, _key_of(data, string.start())):
                yield Edit(string.start(1), string.end(1), words.replaced(string[1]))
        elif empty and step.empty_shows_key and not _kept(step, string[1]):
            yield Edit(empty.end(), empty.end(), words.replaced(string[1]))


def _in_python(data: bytes, words: _Words) -> Iterator[Edit]:
    for span in _strings(data, words.pattern):
        yield Edit(span.start, span.end, words.replaced(data[span.start : span.end]))


@lru_cache(maxsize=512)
def _strings(data: bytes, pattern: re.Pattern[bytes]) -> tuple[Span, ...]:
    """Return the strings that hold a word; the same file is asked for again with the next release."""
    strings = Strings(data)
    if not strings.may_hold(pattern):
        return ()
    found = {strings.around(match.start()) for match in pattern.finditer(data)}
    return tuple(sorted((span for span in found if span and not span.documents), key=lambda span: span.start))


def _opening(data: bytes, position: int) -> int:
    """Return where the JSON string begins that holds this position."""
    at = data.rfind(b'"', 0, position)
    while _escaped(data, at):
        at = data.rfind(b'"', 0, at)
    return at


def _escaped(data: bytes, at: int) -> bool:
    """Tell whether an odd number of backslashes stands before a quote."""
    count = 0
    while data[at - count - 1 : at - count] == b"\\":
        count += 1
    return count % 2 == 1


def _key_of(data: bytes, start: int) -> bytes:
    """Return the key of the value that begins here; empty for one of a list."""
    behind = KEY_BEHIND.search(data, max(0, start - 200), start)
    return data[_opening(data, behind.start()) + 1 : behind.start()] if behind else b""


def _kept(step: WordsStep, key: bytes) -> bool:
    text = json.loads(b'"%s"' % key)
    return any(pattern(glob).match(text) for glob in step.keep)


def _with(edits: list[Edit], data: bytes, path: str, context: StepContext) -> bytes:
    pieces, at = [], 0
    for edit in edits:
        pieces += [data[at : edit.start], edit.new]
        at = edit.end
    changed = b"".join([*pieces, data[at:]])
    if path.endswith(".json"):
        context.known[id(changed)] = (changed, context.known.pop(id(data))[1])
    return changed
