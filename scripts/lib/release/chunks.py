"""Reads and writes the scripts of a built front end that hold translations. Pure: texts in, texts out."""

import json
import re
from collections.abc import Iterator, Set
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from scripts.lib.files import pattern

_ENTRIES = "(pair key: (string) @key value: (_) @value)"
_DYNAMIC = "(call_expression function: (import) arguments: (arguments . (string) @module))"
_LITERALS = """
(variable_declarator name: (identifier) @name value: [(string) (template_string)] @value)
(variable_declarator name: (identifier) @object value: (object) @pairs)
(export_specifier name: (identifier) @default alias: "default")
"""
_NAMED = """
(import_statement (import_clause [(named_imports) (namespace_import)]) source: (string) @source)
(export_statement source: (string) @source)
(call_expression function: (import) arguments: (arguments . (string) @source))
"""
_FILE = re.compile(r"/([^/\s\"'`]{1,80}\.m?js)[\"'`]")
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|[\s\S])")
_OURS = re.compile(r"const t=(\{.*\});export\{t as default\};\n", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


class UnexpectedScript(Exception):
    """A script does not parse, or is not of the form that bundlers write. The caller says where."""


def locale_map(script: str, module: str) -> dict[str, str] | None:
    """Return locale -> relative path of its chunk, or None where the script has no such map.

    `module` is the map's name of a locale, such as `./locales/{locale}/translation.json`.
    """
    if module.partition("{")[0] not in script:
        return None
    found: dict[str, str] = {}
    wanted = pattern(module)
    for entry in _matches(_ENTRIES, _parsed(script).root_node):
        if match := wanted.match(_string(entry["key"])):
            locale = match["locale"]
            if locale in found:
                raise UnexpectedScript(f"the map names locale {locale} twice")
            found[locale] = _imported(entry["value"], locale)
    return found or None


def decode_locale(script: str) -> dict[str, str]:
    """Return the texts that a locale's chunk exports as its default, in their order.

    Reads the form of the bundler (constants and an object of them) and our own (`encode_locale`), which is mere JSON.
    """
    if (ours := _OURS.fullmatch(script)) and (texts := _json_texts(ours[1])) is not None:
        return texts
    root = _parsed(script).root_node
    unknown = {n.type for n in root.named_children} - {"lexical_declaration", "export_statement", "comment"}
    if unknown:
        raise UnexpectedScript(f"a locale's chunk holds more than constants and exports: {', '.join(sorted(unknown))}")
    literals = _matches(_LITERALS, root)
    constants = {_text(m["name"]): _string(m["value"]) for m in literals if "name" in m}
    objects = {_text(m["object"]): m["pairs"] for m in literals if "object" in m}
    default = [_text(m["default"]) for m in literals if "default" in m]
    if len(default) != 1 or default[0] not in objects:
        raise UnexpectedScript("its default export is not one object of texts")
    return dict(_pairs(objects[default[0]], constants))


def _json_texts(text: str) -> dict[str, str] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if all(isinstance(value, str) for value in found.values()) else None


def encode_locale(texts: dict[str, str]) -> str:
    """Return a chunk whose default export is these texts; JSON is JavaScript, whatever the texts hold."""
    return f"const t={json.dumps(texts, ensure_ascii=False, separators=(',', ':'))};export{{t as default}};\n"


def takes_names(script: str, chunks: Set[str]) -> list[str]:
    """Return which of these chunks (file names) a script takes more than the default export of."""
    if chunks.isdisjoint(_FILE.findall(script)):
        return []
    named = _matches(_NAMED, _parsed(script).root_node)
    return sorted({name for m in named if (name := _string(m["source"]).rsplit("/", 1)[-1]) in chunks})


def check_parses(script: str) -> None:
    """Raise UnexpectedScript where the script is not JavaScript."""
    _parsed(script)


@cache
def _language() -> Language:
    return Language(tree_sitter_javascript.language())


@cache
def _query(source: str) -> Query:
    return Query(_language(), source)


def _matches(source: str, node: Node) -> list[dict[str, Node]]:
    return [{name: nodes[0] for name, nodes in found.items()} for _, found in QueryCursor(_query(source)).matches(node)]


def _parsed(script: str) -> Tree:
    tree = Parser(_language()).parse(script.encode())
    if tree.root_node.has_error:
        raise UnexpectedScript("does not parse as JavaScript")
    return tree


def _imported(value: Node, locale: str) -> str:
    modules = [_string(m["module"]) for m in _matches(_DYNAMIC, value)]
    if len(modules) != 1:
        raise UnexpectedScript(f"the map's entry for locale {locale} has {len(modules)} imports instead of 1")
    return modules[0]


def _pairs(pairs: Node, constants: dict[str, str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for pair in pairs.named_children:
        key, value = _pair(pair, constants)
        if key in seen:
            raise UnexpectedScript(f"its key {key[:40]!r} stands twice")
        seen.add(key)
        yield key, value


def _pair(pair: Node, constants: dict[str, str]) -> tuple[str, str]:
    if pair.type == "shorthand_property_identifier" and (name := _text(pair)) in constants:
        return name, constants[name]
    if pair.type == "pair" and pair.named_child_count == 2:
        key, value = pair.named_children
        if key.type in ("string", "property_identifier"):
            return (_string(key) if key.type == "string" else _text(key)), _value(value, constants)
    raise UnexpectedScript(f"its texts hold a {pair.type}: {_text(pair)[:40]}")


def _value(node: Node, constants: dict[str, str]) -> str:
    if node.type in ("string", "template_string"):
        return _string(node)
    if node.type == "identifier" and (name := _text(node)) in constants:
        return constants[name]
    raise UnexpectedScript(f"a text is neither a literal nor a constant: {_text(node)[:40]}")


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _string(node: Node) -> str:
    """Return what a string literal stands for."""
    text = _text(node)
    if text.startswith("`") and any(child.type == "template_substitution" for child in node.named_children):
        raise UnexpectedScript(f"a text is computed: {text[:40]}")
    inner = text[1:-1]
    return _ESCAPE.sub(_unescaped, inner) if "\\" in inner else inner


def _unescaped(match: re.Match[str]) -> str:
    word = match[1]
    if word[0] == "u" and len(word) > 1:
        return chr(int(word[1:].strip("{}"), 16))
    if word[0] == "x" and len(word) > 1:
        return chr(int(word[1:], 16))
    return _SIMPLE.get(word, word)
