"""Looks at everything and tries what would be changed on copies of the databases; a move goes on from there."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from . import addresses, checks, databases, parts, rewriting, rules
from .addresses import Addresses
from .answer import Amount, Answer, Database
from .databases import Contents
from .old import Old
from .parts import Entry
from .rules import Found, Rules
from .survey import Survey, survey

KB_VOLUMES = ("kb-data",)
"""Whose embeddings are made by what EMBEDDINGS_ENDPOINT names; all others ask what OLLAMA_BASE_URL names."""
RESERVE = 64 << 20
"""Bytes that stay free beside what is needed."""


@dataclass(frozen=True)
class Copy:
    """A copy of one database, and what it holds."""

    entry: Entry
    path: Path
    hashes: Mapping[str, str]
    """File of the old folder -> sha256."""
    contents: Contents


@dataclass
class Look:
    """One look at an old folder; `new` are the new stack's settings, `scratch` is where copies are made."""

    old: Old
    new: Mapping[str, str]
    scratch: Path
    answer: Answer = field(default_factory=Answer)
    copies: list[Copy] = field(default_factory=list)
    found: Found = field(default_factory=Found)
    prefix: str | None = None

    @cached_property
    def survey(self) -> Survey:
        return survey(self.old)

    @cached_property
    def rules(self) -> Rules:
        return rules.of(self.old, parts.parts(self.old), self.found, self.new)

    def addresses(self, volume: str) -> Addresses:
        """Return the addresses for the databases of a volume."""
        name = "EMBEDDINGS_ENDPOINT" if volume in KB_VOLUMES else "OLLAMA_BASE_URL"
        return addresses.of(self.old, self.new, self.new.get(name))

    def run(self) -> None:
        """Fill the answer as far as nothing stands in the way."""
        found, answer = self.survey, self.answer
        answer.version, answer.fingerprint = self.old.version, found.fingerprint
        answer.problems += found.problems
        answer.notes += found.notes
        answer.amounts = _amounts(found)
        in_the_way = [*found.open, *self._room()]
        answer.problems += in_the_way
        if not in_the_way:
            self._copy()
        if self.copies and not any(copy.contents.complaints for copy in self.copies):
            self._judge()
        answer.rules = dict(self.rules.pairs)
        answer.notes += checks.texts_with(found.entries, self.rules)

    def _room(self) -> Iterator[str]:
        """Word what lacks: every byte once, and the databases once more while they are copied."""
        needed = self.survey.bytes + sum(entry.size for entry in self.survey.databases()) + RESERVE
        free = shutil.disk_usage(self.scratch).free
        if free < needed:
            yield f"{needed / 1e9:.2f} GB are needed in the engine's folder, {free / 1e9:.2f} GB are free"

    def _copy(self) -> None:
        for number, entry in enumerate(self.survey.databases()):
            path, hashes = databases.copied(entry.source, self.scratch / str(number))
            with databases.opened(path) as connection:
                contents = databases.contents(connection)
                self.found |= Found() if contents.complaints else rules.found_in(connection)
            self.copies.append(Copy(entry, path, hashes, contents))
            self.answer.problems += [f"{entry.old}: {one}" for one in contents.complaints]

    def _judge(self) -> None:
        """See that the databases fit together."""
        answer = self.answer
        own, web, kb = (self.copy_of(name) for name in (parts.DATABASE, parts.WEBUI, parts.KB))
        if own is not None:
            with databases.opened(own.path) as connection:
                self.prefix, problems, notes = checks.prefix(checks.prefixes(connection), self.old)
                known = checks.knowledge_bases(connection, self.prefix) if self.prefix is not None else 0
                answer.notes += [*notes, *checks.known_passwords(connection, self.prefix)]
            answer.problems += problems
            if known and kb is None:
                answer.problems.append(
                    f"LAMB knows {known} knowledge bases, but their database {parts.KB} is not there"
                )
        if self.prefix is not None:
            answer.settings["LAMB_DB_PREFIX"] = self.prefix
        if web is not None:
            with databases.opened(web.path) as connection:
                answer.notes += checks.known_passwords(connection, None)
        if kb is not None:
            answer.notes += self._lost(kb)

    def _lost(self, kb: Copy) -> Iterator[str]:
        """Word which files the knowledge base registered and has no longer: they were lost before."""
        there = frozenset(str(e.path) for e in self.survey.entries if e.part.volume == "kb-static")
        for root in self.found.roots:
            with databases.opened(kb.path) as connection:
                lost = checks.lost_files(connection, f"{root}/{parts.KB_HOME}/static", there)
            if lost:
                yield f"{len(lost)} files of knowledge bases are registered and not there, such as {lost[0]}"

    def old_names(self) -> list[str]:
        """Return the words by which one sees that a text still speaks of the old stack."""
        named = [(self.found.webs, self.new.get(rules.WEB)), (self.found.homes, self.new.get("KB_HOME_URL"))]
        public = {one for olds, now in named for one in olds if now and one.rstrip("/") != now.rstrip("/")}
        return sorted({f"{root}/" for root in self.found.roots} | public | {"http://backend:9099"})

    def copy_of(self, name: str) -> Copy | None:
        """Return the copy of the database of this name."""
        return next((copy for copy in self.copies if copy.entry.path.name == name), None)


def _amounts(found: Survey) -> dict[str, Amount]:
    """Return folder -> what it holds."""
    counted: dict[str, Amount] = {}
    for entry in found.entries:
        if entry.kind != "folder":
            name = str(entry.part.old) if entry.part.old.parts else str(entry.path.parts[0])
            before = counted.get(name, Amount(entry.part.volume, 0, 0))
            counted[name] = Amount(entry.part.volume, before.files + 1, before.bytes + entry.size)
    return counted


def rewrite(look: Look, copy: Copy, path: Path) -> Database:
    """Rewrite a database of our own, `path`, that holds what a copy holds; returns what it was and is."""
    entry, before = copy.entry, copy.contents.tables
    with databases.opened(path) as connection:
        done = rewriting.rewrite(connection, look.rules, look.addresses(entry.part.volume))
        after = databases.contents(connection)
        left = rewriting.leftovers(connection, look.old_names())
    look.answer.problems += [f"{entry.old} after it was rewritten: {one}" for one in after.complaints]
    look.answer.notes += [
        f"{entry.old}: {rows} rows of {column} still name the old stack" for column, rows in left.items()
    ]
    cells: Counter[str] = Counter()
    for one in done:
        cells[one.column] += one.cells
    tables = {name: (before.get(name, 0), after.tables.get(name, 0)) for name in before | after.tables}
    return Database(entry.old, entry.part.volume, parts.shown(entry.new), tables, dict(cells))


def tried(look: Look) -> None:
    """Rewrite the copies themselves, so that a dry run tells what a move would change."""
    for copy in look.copies:
        look.answer.databases.append(rewrite(look, copy, copy.path))
