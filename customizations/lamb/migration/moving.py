"""Moves everything into the volumes: made in working folders, verified there, then put in its place at once."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import databases, files, parts, rewriting
from .answer import File
from .looking import Look, rewrite
from .parts import Entry
from .staging import Staging


@dataclass(frozen=True)
class Move:
    """One move into volumes; what is moved belongs to `user` and `group` afterwards."""

    look: Look
    staging: Staging
    volumes: dict[str, Path]
    user: int
    group: int

    def run(self) -> None:
        """Move everything, or nothing: then the answer has problems, and the volumes are as they were."""
        answer = self.look.answer
        self.staging.begin()
        self._folders()
        self._databases()
        for entry in self.look.survey.entries:
            answer.files += self._file(entry)
        answer.problems += [*self._differences(), *self._unsteady()]
        if answer.problems:
            self.staging.clear()
            return
        for name in self.volumes:
            files.give(self.staging.place(name), self.user, self.group)
        os.sync()
        self.staging.mark(answer.data())
        self.settle()

    def settle(self) -> None:
        """Put everything in its place."""
        self.staging.settle()
        for top in self.volumes.values():
            os.chown(top, self.user, self.group)
        os.sync()

    def _target(self, entry: Entry) -> Path:
        return self.staging.place(entry.part.volume) / entry.new

    def _folders(self) -> None:
        for entry in self.look.survey.entries:
            target = self._target(entry)
            (target if entry.kind == "folder" else target.parent).mkdir(parents=True, exist_ok=True)

    def _databases(self) -> None:
        for copy in self.look.copies:
            target = self._target(copy.entry)
            databases.backup(copy.path, target)
            self.look.answer.databases.append(rewrite(self.look, copy, target))
            self.look.answer.files.append(_file(copy.entry, copy.hashes[copy.path.name], target))

    def _file(self, entry: Entry) -> Iterator[File]:
        target = self._target(entry)
        if entry.kind == "link":
            target.symlink_to(entry.source.readlink())
        elif entry.kind == "file":
            yield _file(entry, files.copy(entry.source, target), target)
        elif entry.kind == "settings":
            was = files.copy(entry.source, target)
            self._readdress(entry, target)
            yield _file(entry, was, target)

    def _readdress(self, entry: Entry, target: Path) -> None:
        text = target.read_text(encoding="utf-8", errors="surrogateescape")
        now = rewriting.readdressed(text, self.look.addresses(entry.part.volume))
        if now != text:
            target.write_text(now, encoding="utf-8", errors="surrogateescape")

    def _differences(self) -> Iterator[str]:
        """What is not in the volumes as it was in the old folder."""
        written_anew = {e.old for e in self.look.survey.entries if e.kind in ("database", "settings")}
        for file in self.look.answer.files:
            if file.was != file.sha256 and file.old not in written_anew:
                yield f"{file.old} has other content in the volume {file.volume}"
        for database in self.look.answer.databases:
            for table, (before, after) in database.tables.items():
                if before != after:
                    yield f"{database.old}: table {table} had {before} rows and has {after}"
        for volume in self.volumes:
            for path in sorted(self.staging.place(volume).rglob("*")):
                if path.name.endswith(parts.SIDECARS) and path.with_name(path.name.rpartition("-")[0]).is_file():
                    yield f"{path.name} lies beside its database in the volume {volume}"

    def _unsteady(self) -> Iterator[str]:
        """What was changed in the old folder meanwhile."""
        again = parts.fingerprint(
            [e for part in parts.parts(self.look.old) for e in parts.entries(self.look.old, part)]
        )
        if again != self.look.survey.fingerprint:
            yield f"{self.look.old.called} was changed while it was moved"


def _file(entry: Entry, was: str, target: Path) -> File:
    now = files.sha256(target)
    return File(entry.old, entry.part.volume, parts.shown(entry.new), target.stat().st_size, was, now)
