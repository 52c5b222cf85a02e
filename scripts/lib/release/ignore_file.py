"""Reads an ignore file as BuildKit does: which files of a folder a build never sees."""

import posixpath
import re
from functools import lru_cache
from pathlib import PurePosixPath

IGNORE_FILE = ".dockerignore"
_WORDS = re.compile(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])")
_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def left_out(ignore: str, path: str) -> bool:
    """Tell whether an ignore file keeps a path out; the last line that matches it, or a folder of it, decides."""
    places = [path, *map(str, PurePosixPath(path).parents)]
    out = False
    for line in ignore.lstrip("\ufeff").splitlines():
        back, glob = line.strip().startswith("!"), line.strip().removeprefix("!").strip()
        if not line.startswith("#") and glob and any(_pattern(glob).match(place) for place in places):
            out = not back
    return out


@lru_cache(maxsize=512)
def _pattern(glob: str) -> re.Pattern[str]:
    words = _WORDS.split(posixpath.normpath(glob).lstrip("/"))
    return re.compile("".join(_MEANING.get(w) or (w if w[:1] == "[" else re.escape(w)) for w in words) + r"\Z")
