"""Which modules a Python file imports, and whether it loads without them. Pure."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.lib import python_text

CATCHING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
BY_NAME = {"importlib.import_module", "import_module", "__import__"}


@dataclass(frozen=True)
class Import:
    """One import."""

    modules: tuple[str, ...]
    """Dotted and absolute, as exact as they are named: `from google import genai` is google.genai."""
    line: int
    statement: str
    optional: bool
    """Whether the file loads without it: the import may fail, or stands within a function."""


def imports(code: bytes) -> list[Import]:
    """Return every absolute import but those for type checkers alone; raises SyntaxError (ValueError at a NUL byte)."""
    return list(_below(python_text.parse(code), optional=False))


def _below(node: ast.AST, *, optional: bool) -> Iterator[Import]:
    modules = _modules(node)
    if modules:
        yield Import(modules, getattr(node, "lineno", 1), ast.unparse(node), optional)
    for child in ast.iter_child_nodes(node):
        if not _for_types(node, child):
            yield from _below(child, optional=optional or _may_lack(node, child))


def _modules(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Import(names=names):
            return tuple(alias.name for alias in names)
        case ast.ImportFrom(module=str(module), level=0, names=names):
            return tuple(module if alias.name == "*" else f"{module}.{alias.name}" for alias in names)
        case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if ast.unparse(func) in BY_NAME:
            return () if name.startswith(".") else (name,)
    return ()


def _may_lack(node: ast.AST, child: ast.AST) -> bool:
    """Tell whether what stands in `child` is not needed for the module of `node` to load."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return True
    return isinstance(node, ast.Try) and child in node.body and any(map(_catches, node.handlers))


def _catches(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught] if caught else []
    return caught is None or any(ast.unparse(name) in CATCHING for name in names)


def _for_types(node: ast.AST, child: ast.AST) -> bool:
    """Tell whether `child` is only for type checkers."""
    return isinstance(node, ast.If) and child in node.body and ast.unparse(node.test).endswith("TYPE_CHECKING")
