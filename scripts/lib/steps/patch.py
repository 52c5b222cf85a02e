"""Steps of kind `patch`: a unified diff, applied where its context stands exactly; no fuzz."""

from collections.abc import Iterator
from dataclasses import dataclass

from unidiff.errors import UnidiffParseError
from unidiff.patch import PatchedFile, PatchSet

from scripts.lib.files import Files
from scripts.lib.settings.steps import PatchStep
from scripts.lib.steps.alternatives import decoded
from scripts.lib.steps.fitting import Applied, Problem, StepContext, refuse, shorten
from scripts.lib.steps.nearest import nearest

NO_NEWLINE = "\\"


@dataclass(frozen=True)
class Hunk:
    """One hunk: lines (with their ends) before and after, and the line, from 1, where it says that it stands."""

    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]


def apply(step: PatchStep, files: Files, context: StepContext) -> Applied:
    """Apply every hunk; raises DoesNotFit with all that do not stand, or stand twice."""
    changes: dict[str, bytes | None] = {}
    problems: list[Problem] = []
    notes: list[str] = []
    matches = 0
    for patched in _read(step, context):
        matches += len(patched)
        result = _file(patched, files, notes)
        if isinstance(result, Problem):
            problems.append(result)
        else:
            changes[patched.path] = result[0]
    if problems:
        raise refuse(step.id, *problems)
    return Applied(step.id, changes, matches, tuple(notes))


def verify(step: PatchStep, files: Files, context: StepContext) -> list[str]:
    """Tell which hunks' lines do not stand as the patch leaves them."""
    problems = []
    for patched in _read(step, context):
        data = files.read(patched.path)
        if patched.is_removed_file and data is not None:
            problems.append(f"{patched.path}: is still there")
        elif not patched.is_removed_file:
            lines = (data or b"").decode(errors="replace").splitlines(keepends=True)
            problems += [
                f"{patched.path}: the lines of the hunk at line {hunk.line} do not stand as the patch leaves them"
                for hunk in _hunks(patched)
                if not _places(lines, hunk.after)
            ]
    return problems


def _read(step: PatchStep, context: StepContext) -> list[PatchedFile]:
    text = (context.customizations / step.patch).read_text()
    try:
        found = list(PatchSet(text))
    except UnidiffParseError as error:
        raise refuse(step.id, Problem("invalid", f"{step.patch}: is no unified diff: {error}", step.patch)) from None
    strange = [p.path for p in found if p.is_rename or p.is_binary_file]
    if strange or not found:
        what = f"renames or binary files ({', '.join(strange)})" if strange else "no change"
        raise refuse(
            step.id, Problem("invalid", f"{step.patch}: holds {what}, which a patch step cannot do", step.patch)
        )
    return found


def _file(patched: PatchedFile, files: Files, notes: list[str]) -> tuple[bytes | None] | Problem:
    """Return the content afterwards (None: removed), as a tuple of one."""
    path = patched.path
    data = files.read(path)
    if patched.is_added_file != (data is None):
        told = "upstream has this file now, which the patch adds" if data is not None else "upstream has no such file"
        return Problem("ambiguous" if data is not None else "gone", f"{path}: {told}", path)
    text = decoded(path, data or b"")
    if isinstance(text, Problem):
        return text
    result = _lines(path, text, patched, notes)
    if isinstance(result, Problem):
        return result
    if patched.is_removed_file and result:
        return Problem("gone", f"{path}: has other lines than those that the patch removes", path)
    return (None if patched.is_removed_file else "".join(result).encode(),)


def _lines(path: str, text: str, patched: PatchedFile, notes: list[str]) -> list[str] | Problem:
    lines = _split(text)
    shift = 0
    for hunk in _hunks(patched):
        said = max(hunk.line - 1, 0) + shift
        place = _place(path, lines, hunk, said)
        if isinstance(place, Problem):
            return place
        if place != said:
            notes.append(f"{path}: the hunk of line {hunk.line} stands at line {place - shift + 1}")
        lines[place : place + len(hunk.before)] = hunk.after
        shift = place - max(hunk.line - 1, 0) + len(hunk.after) - len(hunk.before)
    return lines


def _place(path: str, lines: list[str], hunk: Hunk, said: int) -> int | Problem:
    """Where a hunk stands: at the line that it says, or at the only other one."""
    if tuple(lines[said : said + len(hunk.before)]) == hunk.before:
        return said
    places = _places(lines, hunk.before)
    if len(places) == 1:
        return places[0]
    if places:
        listed = ", ".join(str(place + 1) for place in places)
        told = f"the lines of the hunk at line {hunk.line} stand {len(places)} times (lines {listed})"
        return Problem("ambiguous", f"{path}:{places[0] + 1}: {told}", path, len(places))
    first = shorten("".join(hunk.before))
    if len(_places(lines, hunk.after)) == 1:
        told = "the end state is already upstream; give the step a version range"
        return Problem("gone", f"{path}:{_places(lines, hunk.after)[0] + 1}: {told}", path)
    near = nearest("".join(lines), "".join(hunk.before))
    if near is None:
        return Problem("gone", f"{path}: the lines of the hunk at line {hunk.line} do not stand there: {first}", path)
    told = f"the lines of the hunk at line {hunk.line} do not stand there: {first}; {near}"
    return Problem(near.status, f"{path}:{near.line}: {told}", path, near=near)


def _places(lines: list[str], wanted: tuple[str, ...]) -> list[int]:
    if not wanted:
        return []
    spans = range(len(lines) - len(wanted) + 1)
    return [at for at in spans if lines[at] == wanted[0] and tuple(lines[at : at + len(wanted)]) == wanted]


def _hunks(patched: PatchedFile) -> Iterator[Hunk]:
    for hunk in patched:
        before: list[str] = []
        after: list[str] = []
        touched: list[list[str]] = []
        for line in hunk:
            if line.line_type == NO_NEWLINE:
                for side in touched:
                    side[-1] = side[-1].removesuffix("\n")
                continue
            touched = [side for side, here in ((before, line.is_added), (after, line.is_removed)) if not here]
            for side in touched:
                side.append(line.value)
        yield Hunk(hunk.source_start, tuple(before), tuple(after))


def _split(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
