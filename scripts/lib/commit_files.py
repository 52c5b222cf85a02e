"""The files of one commit of the workspace, read without a work tree."""

import weakref
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from threading import Lock

from scripts.lib import shell
from scripts.lib.commands import git
from scripts.lib.errors import CommandFailed

FILE_MODES = ("100644", "100755")


class CommitFiles:
    """The regular files of one commit, each read on demand and once, through one process; by any thread."""

    def __init__(self, path: Path, commit: str) -> None:
        self._path = path
        self._commit = commit
        self._seen: dict[str, bytes] = {}
        self._alone = Lock()
        """Held from a request to the end of its answer."""

    def read(self, path: str) -> bytes | None:
        with self._alone:
            if path in self._objects and path not in self._seen:
                header = self._reader.ask(self._objects[path].encode() + b"\n").split()
                if len(header) != 3:
                    raise CommandFailed(f"the workspace has lost {path}", hint="run: invoke clean fetch")
                self._seen[path] = self._reader.read(int(header[2]))
                self._reader.read(1)
            return self._seen.get(path)

    def names(self) -> Iterable[str]:
        return self._objects.keys()

    @cached_property
    def _objects(self) -> dict[str, str]:
        return {name: object_id for name, (mode, object_id) in listing(self._path, self._commit).items()}

    @cached_property
    def _reader(self) -> shell.Dialogue:
        reader = shell.Dialogue(git.cat_files(self._path))
        weakref.finalize(self, reader.close)
        return reader


def listing(path: Path, commit: str) -> dict[str, tuple[str, str]]:
    """Return path -> mode and object of a commit's regular files; a link is no file that a step could edit."""
    files = {}
    for record in shell.run(git.list_tree(path, commit)).output.split("\0")[:-1]:
        facts, name = record.split("\t", 1)
        mode, _, object_id = facts.split()
        if mode in FILE_MODES:
            files[name] = (mode, object_id)
    return files
