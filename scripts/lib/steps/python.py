"""Steps of kind `python`: replace code found by its syntax; everything else stays byte for byte.

The standard library's own parser finds the places, and proves the edit: the edited file must parse to exactly the tree
that replacing the nodes gives.
"""

import ast
import textwrap
from functools import lru_cache

from scripts.lib.files import Files
from scripts.lib.python_text import Place, Source, Wanted, bodies, expressions, parse, same, statements, wanted
from scripts.lib.settings.steps import PythonEdit, PythonStep
from scripts.lib.steps.alternatives import Edited, applicable, apply_first
from scripts.lib.steps.fitting import Applied, MisFit, Problem, StepContext, shorten, targets
from scripts.lib.steps.nearest import best


def apply(step: PythonStep, files: Files, context: StepContext) -> Applied:
    """Take the first alternative that fits every file; raises DoesNotFit with what is wrong with each of them."""
    return apply_first(step, step.alternatives, files, context, _edit)


def verify(step: PythonStep, files: Files, context: StepContext) -> list[str]:
    """Tell where the replaced code does not stand, or the removed code does."""
    edits = [edit for _, edit in applicable(step.alternatives, context)]
    problems = []
    for path in targets(step.id, step.path, files):
        data = files.read(path) or b""
        try:
            stands = any(_stands(edit, data) for edit in edits)
        except SyntaxError as error:
            problems.append(f"{path}:{error.lineno}: is not Python: {error.msg}")
            continue
        if not stands:
            problems.append(f"{path}: {shorten(edits[0].replace or edits[0].find)!r} is not as the step leaves it")
    return problems


@lru_cache(maxsize=16)
def _edit(path: str, data: bytes, edit: PythonEdit) -> Edited | Problem:
    try:
        want = wanted(edit.find, edit.replace)
    except SyntaxError as error:
        return Problem("invalid", f"{shorten(edit.find)!r} or its replacement is not Python: {error.msg}", path)
    try:
        source = Source(data)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return Problem("invalid", f"{path}:{line}: is not Python: {getattr(error, 'msg', error)}", path)
    places = _places(source, want)
    if len(places) != edit.count:
        return _misfit(path, source, want, edit, places)
    return _replaced(path, source, want, edit, places)


def _places(source: Source, want: Wanted) -> list[Place]:
    if isinstance(want.find, ast.expr):
        found = [source.place(node, node) for node in expressions(source.tree, want.find)]
    else:
        runs = statements(source.tree, want.find)
        found = [source.place(body[at], body[at + len(want.find) - 1]) for body, at in runs]
    return sorted(found, key=lambda place: place.start)


def _replaced(path: str, source: Source, want: Wanted, edit: PythonEdit, places: list[Place]) -> Edited | Problem:
    words = textwrap.dedent(edit.replace).strip()
    forms = [words, f"({words})"] if isinstance(want.find, ast.expr) else [words]
    expected = _expected(source, want)
    for form in forms:
        content = _spliced(source, form, places)
        if _is(content, expected):
            return Edited(content, len(places))
    told = (
        f"{path}:{places[0].line}: with {shorten(edit.find)!r} replaced, the file would not be the Python that is meant"
    )
    return Problem("invalid", told, path, len(places))


def _spliced(source: Source, words: str, places: list[Place]) -> bytes:
    data = source.data
    for place in reversed(places):
        span = place if words else source.whole_lines(place) or place
        data = data[: span.start] + _indented(source.data, place, words) + data[span.end :]
    return data


def _indented(data: bytes, place: Place, words: str) -> bytes:
    """The replacement with the indentation and line ends of its place; lines inside of a string stay."""
    before = data[data.rfind(b"\n", 0, place.start) + 1 : place.start]
    margin = before[: len(before) - len(before.lstrip())].decode()
    inside = {
        line
        for node in ast.walk(parse(words))
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno
        for line in range(node.lineno + 1, node.end_lineno + 1)
    }
    lines = [
        line if number == 1 or number in inside or not line else margin + line
        for number, line in enumerate(words.split("\n"), start=1)
    ]
    return ("\r\n" if b"\r\n" in data else "\n").join(lines).encode()


def _expected(source: Source, want: Wanted) -> ast.AST:
    """The tree with the nodes replaced; the source's own, whose places are not asked for any more."""
    if isinstance(want.find, ast.expr):
        _Replace(want).visit(source.tree)
    else:
        for body, at in reversed(statements(source.tree, want.find)):
            body[at : at + len(want.find)] = want.replace if isinstance(want.replace, list) else []
    return source.tree


class _Replace(ast.NodeTransformer):
    def __init__(self, want: Wanted) -> None:
        self._want = want

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(self._want.replace, ast.expr) and same(node, self._want.find):
            return self._want.replace
        return super().generic_visit(node)


def _is(content: bytes, expected: ast.AST) -> bool:
    try:
        return same(parse(content), expected)
    except (SyntaxError, ValueError):
        return False


def _misfit(path: str, source: Source, want: Wanted, edit: PythonEdit, places: list[Place]) -> Problem:
    if places:
        status: MisFit = "ambiguous" if len(places) > edit.count else "gone"
        lines = ", ".join(str(place.line) for place in places[:20])
        told = f"{shorten(edit.find)!r} stands {len(places)} times, not {edit.count} (lines {lines})"
        return Problem(status, f"{path}:{places[0].line}: {told}", path, len(places))
    there = _places(source, Wanted(want.replace, want.find)) if want.replace else []
    if len(there) == edit.count:
        told = "the end state is already upstream; give the step a version range"
        return Problem("gone", f"{path}:{there[0].line}: {told}", path)
    absent = f"{shorten(edit.find)!r} does not stand there"
    near = best(_candidates(source, want), _words(want.find))
    if near is None:
        return Problem("gone", f"{path}: {absent}, nor anything that is like it", path)
    return Problem(near.status, f"{path}:{near.line}: {absent}; {near}", path, near=near)


def _candidates(source: Source, want: Wanted) -> list[tuple[int, str]]:
    """Code of the same size, each with its line, worded as the parser words it."""
    if isinstance(want.find, ast.expr):
        nodes = [node for node in ast.walk(source.tree) if type(node) is type(want.find)]
        return [(getattr(node, "lineno", 1), ast.unparse(node)) for node in nodes]
    height = len(want.find)
    return [
        (body[at].lineno, _words(body[at : at + height]))
        for body in bodies(source.tree)
        for at in range(len(body) - height + 1)
    ]


def _words(nodes: list[ast.stmt] | ast.expr) -> str:
    return ast.unparse(nodes) if isinstance(nodes, ast.expr) else "\n".join(ast.unparse(node) for node in nodes)


@lru_cache(maxsize=16)
def _stands(edit: PythonEdit, data: bytes) -> bool:
    tree = parse(data)
    want = wanted(edit.find, edit.replace)
    if isinstance(want.find, ast.expr) and isinstance(want.replace, ast.expr):
        inner = bool(expressions(want.replace, want.find))
        return len(expressions(tree, want.replace)) >= edit.count and (inner or not expressions(tree, want.find))
    find, replace = want.find, want.replace
    if not isinstance(find, list) or not isinstance(replace, list):
        return False
    inner = bool(statements(ast.Module(replace, []), find))
    there = not replace or len(statements(tree, replace)) >= edit.count
    return there and (inner or not statements(tree, find))
