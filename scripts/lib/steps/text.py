"""Steps of kind `text`: replace text that stands an exact number of times in each file."""

import re

from scripts.lib.files import Files
from scripts.lib.settings.steps import TextEdit, TextStep
from scripts.lib.steps.alternatives import Edited, applicable, apply_first, decoded
from scripts.lib.steps.fitting import Applied, MisFit, Problem, StepContext, line_of, shorten, targets
from scripts.lib.steps.nearest import nearest


def apply(step: TextStep, files: Files, context: StepContext) -> Applied:
    """Take the first alternative that fits every file; raises DoesNotFit with what is wrong with each of them."""
    return apply_first(step, step.alternatives, files, context, _edit)


def verify(step: TextStep, files: Files, context: StepContext) -> list[str]:
    """Tell where the replaced text does not stand, or the removed text does."""
    edits = [edit for _, edit in applicable(step.alternatives, context)]
    problems = []
    for path in targets(step.id, step.path, files):
        text = (files.read(path) or b"").decode(errors="replace")
        if not any(_stands(edit, text) for edit in edits):
            problems.append(f"{path}: {shorten(edits[0].replace or edits[0].find)!r} is not as the step leaves it")
    return problems


def _edit(path: str, data: bytes, edit: TextEdit) -> Edited | Problem:
    text = decoded(path, data)
    if isinstance(text, Problem):
        return text
    places = [match.start() for match in _pattern(edit).finditer(text)]
    if len(places) == edit.count:
        return Edited(_pattern(edit).sub(_replacement(edit), text).encode(), len(places))
    if not places:
        return _absent(path, text, edit)
    lines = ", ".join(str(line_of(text, place)) for place in places[:20])
    status: MisFit = "ambiguous" if len(places) > edit.count else "gone"
    message = f"{path}:{line_of(text, places[0])}: {shorten(edit.find)!r} stands {len(places)} times, not {edit.count}"
    return Problem(status, f"{message} (lines {lines})", path, len(places))


def _absent(path: str, text: str, edit: TextEdit) -> Problem:
    wanted = f"{path}: {shorten(edit.find)!r} does not stand there"
    if edit.replace and not edit.regex and text.count(edit.replace) == edit.count:
        line = line_of(text, text.index(edit.replace))
        told = f"{path}:{line}: the end state is already upstream; give the step a version range"
        return Problem("gone", told, path)
    if "\r\n" in text and "\n" in edit.find:
        return Problem("gone", f"{wanted}; the file has CRLF line ends", path)
    near = None if edit.regex else nearest(text, edit.find)
    if near is None:
        return Problem("gone", f"{wanted}, nor anything that is like it", path)
    return Problem(
        near.status, f"{path}:{near.line}: {shorten(edit.find)!r} does not stand there; {near}", path, near=near
    )


def _stands(edit: TextEdit, text: str) -> bool:
    """Whether the end state is there: its words stand, and what the search still finds reads as they want it."""
    fixed = not (edit.regex and "\\" in edit.replace)  # a template with groups words no text that one could count
    there = not fixed or text.count(edit.replace) >= edit.count
    pattern, words = _pattern(edit), _replacement(edit)
    left = [match for match in pattern.finditer(text) if match.expand(words) != match.group()]
    return there and (not left or bool(pattern.search(edit.replace)))


def _pattern(edit: TextEdit) -> re.Pattern[str]:
    return re.compile(edit.find if edit.regex else re.escape(edit.find))


def _replacement(edit: TextEdit) -> str:
    return edit.replace if edit.regex else edit.replace.replace("\\", "\\\\")
