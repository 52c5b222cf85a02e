"""TypeScript, JavaScript and Svelte read by syntax: where a file does not parse."""

from collections.abc import Iterator
from functools import cache
from typing import Literal

from tree_sitter import Language, Node, Parser

Kind = Literal["typescript", "javascript", "svelte"]
Error = tuple[int, str]
"""Line, and the words that stand there."""


def errors(data: bytes, kind: Kind) -> list[Error]:
    """Return every place where `data` does not parse, in the order of lines; empty is good.

    In Svelte the scripts and the expressions between braces are TypeScript and are parsed as such. Not told: an element
    that is never closed, which the grammar forgives as browsers do.
    """
    root = _parser(kind).parse(data).root_node
    found = list(_wrong(root))
    if kind == "svelte":
        for node in _named(root, "raw_text", "script_element"):
            found += _within(node, "%s")
        for node in _named(root, "svelte_raw_text", "expression"):
            found += _within(node, "(%s)")
    return sorted(found)


def _within(node: Node, form: str) -> Iterator[Error]:
    """The errors of an embedded script, at their lines of the whole file."""
    text = form.encode() % (node.text or b"")
    for line, words in _wrong(_parser("typescript").parse(text).root_node):
        yield node.start_point[0] + line, words


def _wrong(node: Node) -> Iterator[Error]:
    if node.is_missing:
        yield node.start_point[0] + 1, f"{node.type} is missing"
    elif node.is_error:
        yield node.start_point[0] + 1, repr((node.text or b"").decode(errors="replace").strip()[:40])
    elif node.has_error:
        for child in node.children:
            yield from _wrong(child)


def _named(node: Node, kind: str, parent: str) -> Iterator[Node]:
    for child in node.named_children:
        if child.type == kind and node.type == parent:
            yield child
        else:
            yield from _named(child, kind, parent)


@cache
def _parser(kind: Kind) -> Parser:
    if kind == "javascript":
        import tree_sitter_javascript

        return Parser(Language(tree_sitter_javascript.language()))
    if kind == "svelte":
        import tree_sitter_svelte

        return Parser(Language(tree_sitter_svelte.language()))
    import tree_sitter_typescript

    return Parser(Language(tree_sitter_typescript.language_typescript()))
