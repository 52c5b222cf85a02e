"""Projects the changes of a customized tree into a release: exactly, or refused with every reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from scripts.lib import steps
from scripts.lib.errors import ProjectionRefused
from scripts.lib.files import Changed, FileMap, Files, pattern
from scripts.lib.release.bundle import Bundle, texts_identity
from scripts.lib.release.chunks import encode_locale
from scripts.lib.release.ignore_file import IGNORE_FILE, left_out
from scripts.lib.release.literals import edit_scripts
from scripts.lib.settings.images import (
    CompiledEdits,
    CopyFiles,
    FromTree,
    LocaleChunks,
    NotShipped,
    Projection,
    Release,
    SameEdit,
)
from scripts.lib.settings.steps import CompiledEdit, PatchStep, Step, TextStep

HINT = "give the change a projection (release.projections in product.yaml) or its step a `compiled` edit"
Changes = dict[str, bytes | None]
"""Path in the release -> its new content; None where the file goes."""


class Refused(Exception):
    """One change that cannot be projected exactly."""


@dataclass(frozen=True)
class TreeChange:
    """What the customizations changed in the upstream's tree."""

    before: Files
    after: Files
    steps: Mapping[str, tuple[Step, ...]]
    """Path of every changed file -> the steps that changed it, in their order."""


def project(bundle: Bundle, tree: TreeChange, release: Release, context: steps.StepContext) -> Changes:
    """Return the files of the release that the tree's changes change.

    Raises ProjectionRefused naming file and step of everything that cannot be projected exactly.
    """
    work = _Work(bundle, tree, context)
    problems = []
    compiled: list[str] = []
    for path in sorted(tree.steps):
        kind = next((p for p in release.projections if pattern(p.tree).match(path)), None)
        if isinstance(kind, CompiledEdits):
            compiled.append(path)
        problems += work.one(kind, path)
    problems += work.compile(compiled)
    if problems:
        raise ProjectionRefused(problems, hint=HINT)
    return work.files.changes


class _Work:
    """The projections of one tree, gathered over the release's files."""

    def __init__(self, bundle: Bundle, tree: TreeChange, context: steps.StepContext) -> None:
        self.files = Changed(bundle)
        self._bundle = bundle
        self._tree = tree
        self._context = context

    def one(self, kind: Projection | None, path: str) -> list[str]:
        """Project one changed file; return what is wrong with it."""
        try:
            match kind:
                case LocaleChunks():
                    self._locale(kind, path)
                case CopyFiles():
                    self._copy(kind, path)
                case SameEdit():
                    self._same_edit(kind, path)
                case FromTree():
                    self._from_tree(path)
                case CompiledEdits() | NotShipped():
                    pass
                case None:
                    raise Refused("no projection matches it, so it asks for strategy source")
        except Refused as refused:
            return [f"{path} (step {', '.join(s.id for s in self._tree.steps[path])}): {refused}"]
        return []

    def compile(self, paths: list[str]) -> list[str]:
        """Make the edits that steps word for the scripts compiled of `paths`; return what is wrong."""
        problems, edits = [], {}
        for path in paths:
            for step in self._tree.steps[path]:
                edits[step.id] = self._worded(step)
                if not edits[step.id]:
                    problems.append(f"{path} (step {step.id}): is compiled, and the step words no `compiled` edit")
        unused = {s.id for of_path in self._tree.steps.values() for s in of_path if self._worded(s)} - set(edits)
        problems += [f"step {step}: words `compiled` edits but changes no compiled file" for step in sorted(unused)]
        edited = edit_scripts(self._bundle.scripts(), edits)
        twice = sorted(edited.scripts.keys() & self.files.changes.keys())
        problems += [
            f"{name}: a `compiled` edit meets what another change writes anew; word it narrower" for name in twice
        ]
        self.files.changes |= edited.scripts
        return problems + edited.problems

    def _worded(self, step: Step) -> tuple[CompiledEdit, ...]:
        worded = step.compiled if isinstance(step, TextStep | PatchStep) else ()
        return tuple(e for e in worded if e.versions is None or e.versions.holds(self._context.version))

    def _locale(self, kind: LocaleChunks, path: str) -> None:
        match = pattern(kind.tree).match(path)
        locale = match["locale"] if match else ""
        chunk = self._bundle.index.locales[kind.module].get(locale)
        before, after = self._tree.before.read(path), self._tree.after.read(path)
        if chunk is None or before is None or after is None:
            raise Refused(f"the release has no locale {locale} to compare with, or it was added or removed")
        if texts_identity(json.loads(before)) != chunk.texts:
            raise Refused(f"the release's chunk {chunk.path} holds other texts than the upstream's file")
        self.files.changes[chunk.path] = encode_locale(json.loads(after)).encode()

    def _from_tree(self, path: str) -> None:
        """BuildKit reads the ignore file of every folder that it is given, so also the tree's own."""
        ignore = (self._tree.after.read(IGNORE_FILE) or b"").decode(errors="replace")
        if self._tree.after.read(path) is not None and left_out(ignore, path):
            raise Refused(f"the tree's own {IGNORE_FILE} keeps it out of the image; let a step change that file")

    def _copy(self, kind: CopyFiles, path: str) -> None:
        place = kind.to + path.removeprefix(kind.strip)
        if self._bundle.read(place) != self._tree.before.read(path):
            state = "has another" if self._bundle.read(place) is not None else "has no"
            raise Refused(f"the release {state} file {place} than the upstream's tree")
        self.files.changes[place] = self._tree.after.read(path)

    def _same_edit(self, kind: SameEdit, path: str) -> None:
        """Apply the alternative that fits the tree to the release's file, where it must match as often."""
        ours = self._tree.before.read(path)
        for step in self._tree.steps[path]:
            theirs = self.files.read(kind.to)
            if not isinstance(step, TextStep) or ours is None or theirs is None:
                raise Refused(f"only a text step can be made again in the release's {kind.to}")
            ours, taken = self._edited(step, path, ours)
            alone = step.model_copy(update={"alternatives": (step.alternatives[taken - 1],)})
            self.files.changes[kind.to], _ = self._edited(alone, kind.to, theirs)
        if ours != self._tree.after.read(path):
            raise Refused("its steps, made again, do not give the customized file")

    def _edited(self, step: TextStep, path: str, data: bytes) -> tuple[bytes, int]:
        """Return the content that a step leaves, and which alternative it took."""
        try:
            applied = steps.apply(step.model_copy(update={"path": path}), FileMap({path: data}), self._context)
        except steps.DoesNotFit as failure:
            raise Refused(f"the step's edit does not fit {failure.finding.message}") from None
        return applied.changes[path] or b"", applied.alternative or 1
