"""One product's customization of one source: what it depends on, and how it becomes commits and their record."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from scripts.lib import parses, records, steps, workspace
from scripts.lib.brand import protected
from scripts.lib.difference import changed_file
from scripts.lib.errors import GateRefused, RecordMissing
from scripts.lib.files import Changed, Files, written
from scripts.lib.records import AppliedStep, Finding, Source
from scripts.lib.settings.brand import BrandFile
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.steps import Step
from scripts.lib.steps import Applied, StepContext
from scripts.lib.workspace import StepCommit

FINE = ("ok", "not-applicable")
DISAGREE = "correct the list of requirements, or the step that changes the import"


def inputs(selection: Selection, source: Source) -> str:
    """Return the identity of the source and of every file of the product's folder, but for its lock."""
    folder = selection.checkout.customizations
    parts: list[str | bytes] = [records.identity(source)]
    for path in written(folder):
        if path != selection.checkout.lock_file:
            parts += [path.relative_to(folder).as_posix(), path.read_bytes()]
    return records.digest_of(*parts)


def without(inputs: str, undone: Sequence[str]) -> str:
    """Return the identity of these inputs with some steps undone."""
    return records.digest_of(inputs, *undone) if undone else inputs


def context(selection: Selection, source: Source) -> StepContext:
    """Return what steps take their material from."""
    return StepContext(selection.checkout.customizations, source.version, selection.checkout.cache)


def upstream(selection: Selection, source: Source) -> Files:
    """Return the untouched upstream's files; raises RecordMissing where the workspace does not hold them."""
    place = selection.checkout.workspace
    if not workspace.holds(place, source.base):
        told = f"the workspace {place.relative_to(selection.checkout.root)} does not hold the source that was fetched"
        raise RecordMissing(told, hint="run: invoke fetch")
    return workspace.base_files(place, source.base)


def refuse_misfits(findings: Sequence[Finding], steps_file: Path) -> None:
    """Raise GateRefused with every step that does not fit: its lines each with file and place."""
    wrong = [finding for finding in findings if finding.status not in FINE]
    lines = []
    for finding in wrong:
        first, *more = finding.message.split("\n")
        lines += [f"step {finding.step} is {finding.status}: {first}", *(f"  {line}" for line in more)]
    if lines:
        names = ", ".join(finding.step for finding in wrong)
        raise GateRefused(lines, hint=f"edit {names} in {steps_file} (an alternative, or a version range)")


def refuse_disagreements(disagreements: Sequence[str]) -> None:
    """Raise GateRefused with all that keeps the code and our lists of requirements from agreeing."""
    if disagreements:
        raise GateRefused(disagreements, hint=DISAGREE)


class Work:
    """Turns steps into commits, one after the other, and keeps what the record says of them."""

    def __init__(self, base: Files, context: StepContext, brand: BrandFile | None = None) -> None:
        self._base = base
        self._context = context
        self._brand = brand
        self._tree = Changed(base)
        self._hashes: dict[str, str | None] = {}
        self._applied: list[Applied] = []
        self.entries: list[AppliedStep] = []
        """One for each step, without its checkpoint."""

    def commits(self, to_do: Sequence[Step]) -> Iterator[StepCommit]:
        """Yield a commit for each step that changes something, then look at the finished tree.

        Raises GateRefused with all that does not stand or no longer parses; what was yielded must then be dropped.
        """
        undone: list[str] = []
        for step, applied in zip(to_do, steps.apply_all(to_do, self._tree, self._context, undone), strict=True):
            changes = {path: new for path, new in applied.changes.items() if new != self._tree.read(path)}
            self._enter(step, applied, changes)
            if changes:
                yield StepCommit(f"{step.id}: {step.why}\n", changes, applied.executable)
        self._verify(to_do, undone)

    def _enter(self, step: Step, applied: Applied, changes: dict[str, bytes | None]) -> None:
        files = tuple(
            changed_file(path, self._tree.read(path), content, self._hash_before(path))
            for path, content in sorted(changes.items())
        )
        self._hashes |= {file.path: file.after for file in files}
        notes = applied.notes
        if not steps.applies(step, self._context):
            notes = (f"only for versions {step.versions}",)
        elif not changes:
            notes = (*notes, "upstream has all of it already")
        elif applied.alternative and len(getattr(step, "alternatives", ())) > 1:
            notes = (f"alternative {applied.alternative}", *notes)
        self._applied.append(replace(applied, changes=dict.fromkeys(changes)))
        self.entries.append(
            AppliedStep(step=step.id, checkpoint=None, files=files, matches=applied.matches, notes=notes)
        )

    def _hash_before(self, path: str) -> str | None:
        if path not in self._hashes:
            data = self._tree.read(path)
            self._hashes[path] = None if data is None else hashlib.sha256(data).hexdigest()
        return self._hashes[path]

    def _verify(self, done: Sequence[Step], undone: Sequence[str]) -> None:
        problems, notes = steps.verify_all(done, self._applied, self._tree, self._context, undone)
        problems += [*parses.problems(self._tree, self._base), *self._unprotected()]
        if problems:
            raise GateRefused(problems, hint="correct these steps in steps.yaml; the workspace is as it was")
        self.entries = [
            e.model_copy(update={"notes": (*e.notes, notes[e.step])}) if e.step in notes else e for e in self.entries
        ]

    def _unprotected(self) -> Iterator[str]:
        """What `brand.yaml` protects and is not as upstream has it, each with the steps that changed its file."""
        if self._brand is None:
            return
        for path in sorted(self._tree.changes):
            by = ", ".join(e.step for e in self.entries if any(file.path == path for file in e.files))
            for problem in protected.differences(self._brand, self._base, self._tree, [path]):
                yield f"{by}: {problem}"
