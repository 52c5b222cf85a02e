"""Looks for the brand in the files of an image, or of what the untouched upstream would have put there. Pure."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from posixpath import dirname, join, normpath, splitext

from scripts.lib.brand.python_code import Strings
from scripts.lib.brand.words import Found, Words
from scripts.lib.release.chunks import UnexpectedScript, decode_locale, locale_map
from scripts.lib.settings.brand import Surface

PICTURES = frozenset({".png", ".ico", ".svg", ".jpg", ".jpeg", ".webp", ".gif", ".avif"})
SCRIPTS = frozenset({".js", ".mjs"})
BEGIN = 4096
"""Bytes in which a file that is no text has a NUL."""


@dataclass(frozen=True)
class Looked:
    """What is looked for."""

    words: Words
    pictures: Mapping[str, str]
    """Hash of each of upstream's own images -> its path in the tree."""
    modules: Sequence[str]
    """Under which the scripts know the locales' texts, with `{locale}`."""


def look_through(files: Mapping[str, bytes], looked: Looked) -> list[Found]:
    """Return every brand word and image in these files (path in the image -> content)."""
    chunks = _chunks(files, looked.modules)
    texts = {locale: (path, _texts(path, files[path])) for locale, path in chunks.items() if path in files}
    keys = {key for key in set().union(*(own for _, own in texts.values())) if looked.words.within(key.encode())}
    held = {path for path, _ in texts.values()}
    found = [f for locale, (_, own) in sorted(texts.items()) for f in _in_texts(locale, own, looked.words)]
    for path in sorted(files.keys() - held):
        found += _in_file(path, files[path], keys, looked)
    return found


def _chunks(files: Mapping[str, bytes], modules: Sequence[str]) -> dict[str, str]:
    """Return locale -> path of the script with its texts."""
    prefixes = [module.partition("{")[0].encode() for module in modules]
    chunks: dict[str, str] = {}
    for path, data in files.items():
        if splitext(path)[1] in SCRIPTS and any(prefix in data for prefix in prefixes):
            for module in modules:
                named = locale_map(data.decode(errors="replace"), module) or {}
                chunks |= {locale: normpath(join(dirname(path), name)) for locale, name in named.items()}
    return chunks


def _texts(path: str, data: bytes) -> dict[str, str]:
    try:
        return decode_locale(data.decode())
    except UnexpectedScript as error:
        raise UnexpectedScript(f"{path}: {error}") from None


def _in_texts(locale: str, texts: Mapping[str, str], words: Words) -> Iterator[Found]:
    """An empty text is shown as its key. All are searched at once, for there are hundreds of thousands."""
    keys, shown = list(texts), [text or key for key, text in texts.items()]
    ends = list(accumulate(len(text) + 1 for text in shown))
    joined = "\n".join(shown)
    for number in dict.fromkeys(bisect_right(ends, match.start()) for match in words.matches(joined)):
        yield from words.found(shown[number], "text", keys[number], f"{locale}: {keys[number]!r}")


def _in_file(path: str, data: bytes, keys: set[str], looked: Looked) -> Iterator[Found]:
    suffix = splitext(path)[1].lower()
    if suffix in PICTURES and (known := looked.pictures.get(hashlib.sha256(data).hexdigest())):
        yield Found("image", path, path, known, f"the bytes of upstream's {known}")
    if b"\0" in data[:BEGIN] or not looked.words.within(data):
        return
    if suffix == ".py":
        yield from _in_python(path, data, looked.words)
    elif suffix in SCRIPTS:
        yield from _in_script(path, data.decode(errors="replace"), keys, looked.words)
    else:
        text = data.decode(errors="replace")
        for line, match in _by_line(text, looked.words):
            yield looked.words.at(match, text, "file", path, f"{path}:{line}")


def _in_python(path: str, data: bytes, words: Words) -> Iterator[Found]:
    strings, text = Strings(data), data.decode()
    for line, match in _by_line(text, words):
        literal = strings.around(len(text[: match.start()].encode()))
        surface: Surface = "comment" if literal is None or literal.documents else "server"
        yield words.at(match, text, surface, path, f"{path}:{line}")


def _by_line(text: str, words: Words) -> Iterator[tuple[int, re.Match[str]]]:
    """Return every match with its line, from 1."""
    line, seen = 1, 0
    for match in words.matches(text):
        line, seen = line + text.count("\n", seen, match.start()), match.start()
        yield line, match


def _in_script(path: str, text: str, keys: set[str], words: Words) -> Iterator[Found]:
    asked = [(m.start(), m.end()) for key in keys for m in _literal(key).finditer(text)]
    for match in words.matches(text):
        is_key = any(start < match.start() and match.end() < end for start, end in asked)
        yield words.at(match, text, "key" if is_key else "script", path, f"{path}@{match.start()}")


def _literal(key: str) -> re.Pattern[str]:
    """The key as a script words it: quoted in any way, quotes and backslashes within it escaped or not."""
    inner = "".join(rf"\\?{re.escape(c)}" if c in "\"'`\\$" else re.escape(c) for c in key)
    return re.compile(rf"([\"'`]){inner}\1")
