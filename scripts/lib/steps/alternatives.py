"""Steps with alternatives (`text`, `python`): the first that fits every file of the step is taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from scripts.lib.files import Files
from scripts.lib.settings.steps import PythonEdit, PythonStep, TextEdit, TextStep
from scripts.lib.steps.fitting import Applied, Problem, StepContext, line_of, refuse, targets

E = TypeVar("E", TextEdit, PythonEdit)


@dataclass(frozen=True)
class Edited:
    """One file as an alternative leaves it."""

    content: bytes
    matches: int


def apply_first(
    step: TextStep | PythonStep,
    alternatives: Sequence[E],
    files: Files,
    context: StepContext,
    edit: Callable[[str, bytes, E], Edited | Problem],
) -> Applied:
    """Apply the first alternative that fits every file; raises DoesNotFit with what is wrong with each of them."""
    paths = targets(step.id, step.path, files)
    problems: list[Problem] = []
    choices = applicable(alternatives, context)
    for number, alternative in choices:
        results = {path: edit(path, files.read(path) or b"", alternative) for path in paths}
        wrong = [r for r in results.values() if isinstance(r, Problem)]
        if not wrong:
            done = {path: r for path, r in results.items() if isinstance(r, Edited)}
            changes: dict[str, bytes | None] = {path: r.content for path, r in done.items()}
            return Applied(step.id, changes, sum(r.matches for r in done.values()), alternative=number)
        problems += [replace(p, alternative=number) for p in wrong if p.message not in {q.message for q in problems}]
    if not choices:
        problems = [Problem("gone", f"no alternative is for version {context.version}", step.path)]
    raise refuse(step.id, *problems)


def applicable(alternatives: Sequence[E], context: StepContext) -> list[tuple[int, E]]:
    """Return the alternatives for this version, with their numbers from 1."""
    return [
        (number, edit)
        for number, edit in enumerate(alternatives, start=1)
        if edit.versions is None or edit.versions.holds(context.version)
    ]


def decoded(path: str, data: bytes) -> str | Problem:
    """Return a file's text, or the problem that it is none."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        return Problem("invalid", f"{path}:{line_of(data, error.start)}: is not UTF-8 text", path)
