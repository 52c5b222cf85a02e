"""A tree of files as customizations see it: paths and bytes, wherever they come from (git, an archive, a dict)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol


class Files(Protocol):
    """A tree that can be read. Paths are relative, with forward slashes."""

    def read(self, path: str) -> bytes | None:
        """Return the content of a file, None where there is none."""

    def names(self) -> Iterable[str]:
        """Return the path of every file."""


class FileMap:
    """Files in memory."""

    def __init__(self, content: Mapping[str, bytes]) -> None:
        self._content = content

    def read(self, path: str) -> bytes | None:
        return self._content.get(path)

    def names(self) -> Iterable[str]:
        return self._content.keys()


def written(folder: Path) -> list[Path]:
    """Return every file within a folder of ours, sorted, but for what Python keeps there of what it compiled.

    A run that imports from such a folder must not make it another one.
    """
    return sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.relative_to(folder).parts)


class Folder:
    """The plain files of a folder, read when asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        file = self._folder / path
        return file.read_bytes() if file.is_file() and not file.is_symlink() else None

    @cached_property
    def _names(self) -> list[str]:
        found = (p for p in self._folder.rglob("*") if p.is_file() and not p.is_symlink())
        return sorted(p.relative_to(self._folder).as_posix() for p in found)

    def names(self) -> Iterable[str]:
        return self._names


class Changed:
    """Files with changes over them, which leave what lies below untouched."""

    def __init__(self, below: Files) -> None:
        self._below = below
        self.changes: dict[str, bytes | None] = {}
        """None: the file is removed."""

    def read(self, path: str) -> bytes | None:
        return self.changes[path] if path in self.changes else self._below.read(path)

    def names(self) -> Iterable[str]:
        kept = [name for name in self._below.names() if self.changes.get(name, b"") is not None]
        below = set(kept)
        return kept + [name for name, data in self.changes.items() if data is not None and name not in below]


class Laid:
    """A tree with files left out and others laid into folders of it, as `lib/source_tree.py` would write it."""

    def __init__(self, parts: Mapping[str, tuple[Files, Sequence[str]]]) -> None:
        """`parts`: folder, empty for the top -> its files, and the globs of those that are left out."""
        self._parts = {folder: (files, [pattern(glob) for glob in globs]) for folder, (files, globs) in parts.items()}

    def read(self, path: str) -> bytes | None:
        folder = next((one for one in self._parts if one and path.startswith(f"{one}/")), "")
        files, left_out = self._parts[folder]
        own = path.removeprefix(f"{folder}/") if folder else path
        return None if any(glob.match(own) for glob in left_out) else files.read(own)

    def names(self) -> Iterable[str]:
        return self._names

    @cached_property
    def _names(self) -> list[str]:
        named = (
            f"{folder}/{name}" if folder else name
            for folder, (files, left_out) in self._parts.items()
            for name in files.names()
            if not any(glob.match(name) for glob in left_out)
        )
        return list(dict.fromkeys(named))


@lru_cache(maxsize=512)
def pattern(glob: str) -> re.Pattern[str]:
    """Turn a glob into a pattern: `*` within a folder, `**` over folders, `{name}` one segment, read back by name."""
    words = re.split(r"(\*\*/|\*\*|\*|\?|\{[a-z_]+\})", glob)
    regex = ""
    for word in words:
        if word == "**/":
            regex += "(?:.*/)?"
        elif word == "**":
            regex += ".*"
        elif word == "*":
            regex += "[^/]*"
        elif word == "?":
            regex += "[^/]"
        elif word.startswith("{") and word.endswith("}"):
            regex += f"(?P<{word[1:-1]}>[^/]+)"
        else:
            regex += re.escape(word)
    return re.compile(regex + r"\Z")


def matching(files: Files, glob: str) -> list[str]:
    """Return the paths of the tree that a glob matches, sorted."""
    if not re.search(r"[*?{]", glob):
        return [glob] if files.read(glob) is not None else []
    wanted = pattern(glob)
    return sorted(name for name in files.names() if wanted.match(name))
