"""Breaks steps on purpose, and looks which layer of the line says so first; as far as no container is needed."""

import posixpath
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import cast

from scripts.lib import customization, parses, records, steps
from scripts.lib.errors import CommandFailed, GateRefused
from scripts.lib.files import Changed, Files
from scripts.lib.records import Source
from scripts.lib.release.bundle import Bundle
from scripts.lib.release.opening import open_bundle
from scripts.lib.release.projection import TreeChange, project
from scripts.lib.settings import references
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.steps import ImageStep, JsonStep, OverlayStep, PatchStep, PruneStep, Step, WordsStep
from scripts.lib.steps import Applied, StepContext
from scripts.lib.trial import BuiltRelease
from tests.trees import step as worded

OTHER = "other-"
"""Begins the name of the file that is beside the right one."""


@dataclass(frozen=True)
class _Larger(Bundle):
    """A release with more scripts."""

    more: Mapping[str, bytes]

    def scripts(self) -> Iterator[tuple[str, bytes]]:
        yield from super().scripts()
        yield from self.more.items()


@dataclass(frozen=True)
class World:
    """A set of steps and the upstream that it meets."""

    steps: tuple[Step, ...]
    upstream: Files
    context: StepContext
    release: BuiltRelease
    lands: Callable[[Step, str], str] = field(default=lambda _, path: path)
    """Where what a step changes really ends up."""
    compiled: Mapping[str, bytes] = field(default_factory=dict)
    """Scripts that upstream's release has beside those that are there."""

    def with_step(self, new: Step) -> "World":
        return replace(self, steps=tuple(new if one.id == new.id else one for one in self.steps))

    def with_files(self, changes: Mapping[str, bytes | None]) -> "World":
        upstream = Changed(self.upstream)
        upstream.changes.update(changes)
        return replace(self, upstream=upstream)

    def changed_by(self, step: Step) -> dict[str, bytes | None]:
        """Return what a step makes of the untouched upstream's files."""
        return dict(sorted(steps.apply(step, self.upstream, self.context).changes.items()))

    def theirs(self, paths: Sequence[str] | Mapping[str, object]) -> dict[str, bytes | None]:
        """Return the untouched upstream's files."""
        return {path: self.upstream.read(path) for path in paths}

    def caught(self) -> tuple[str, list[str]]:
        """Return the first layer that refuses, with what it says; `smoke` where only the running image can."""
        looks = {"settings": self._settings, "validate": self._validate, "customize": self._customize}
        for layer, look in (looks | {"build": self._build}).items():
            if problems := look():
                return layer, problems
        return "smoke", []

    @cached_property
    def finished(self) -> tuple[Changed, list[Applied]]:
        """What `customize` makes: every step applied, each change written to where it lands."""
        tree, done, _ = self._done
        return tree, done

    @cached_property
    def _done(self) -> tuple[Changed, list[Applied], list[str]]:
        """The finished tree, what each step changed there, and what did not stand right after it."""
        tree, done, undone = Changed(self.upstream), [], list[str]()
        for step, applied in zip(self.steps, steps.apply_all(self.steps, tree, self.context, undone), strict=True):
            landed = {self.lands(step, path): data for path, data in applied.changes.items()}
            changes = cast("dict[str, bytes | None]", applied.changes)
            changes.clear()
            changes.update(landed)
            done.append(applied)
        return tree, done, undone

    def _settings(self) -> list[str]:
        return references.of_steps(self.context.customizations, self.steps)

    def _validate(self) -> list[str]:
        findings = steps.check_all(self.steps, self.upstream, self.context)
        try:
            customization.refuse_misfits(findings, Path("steps.yaml"))
        except GateRefused as refused:
            return list(refused.problems)
        return []

    def _customize(self) -> list[str]:
        tree, applied, undone = self._done
        missing, _ = steps.verify_all(self.steps, applied, tree, self.context, undone)
        return [*missing, *parses.problems(tree, self.upstream)]

    def _build(self) -> list[str]:
        tree, applied = self.finished
        by_file = {
            path: tuple(s for s, done in zip(self.steps, applied, strict=True) if path in done.changes)
            for path, data in tree.changes.items()
            if data != self.upstream.read(path)
        }
        settings, context = self.release.settings, self.context
        try:
            bundle = open_bundle(self.release.fetched, context.version, settings, context.cache)
            bundle = _Larger(bundle.folder, bundle.index, bundle.immutable, self.compiled)
            project(bundle, TreeChange(self.upstream, tree, by_file), settings, context)
        except CommandFailed as refused:
            return list(refused.problems)
        return []


def world_of(selection: Selection, folder: Path) -> World:
    """Return the world of a line that has fetched, with a copy of its product's folder in the new `folder`."""
    source = records.need(selection.checkout, Source, "fetch")
    release = selection.product.release
    assert release
    shutil.copytree(selection.checkout.customizations, folder)
    return World(
        steps=selection.steps,
        upstream=customization.upstream(selection, source),
        context=StepContext(folder, source.version, selection.checkout.cache),
        release=BuiltRelease(source.sources[release.source], release),
    )


def names(problem: str, step: str) -> bool:
    """Tell whether a message names a step: `STEP: …`, or `step STEP …`, also one of several."""
    return re.search(rf"^{re.escape(step)}: |\bstep ([\w-]+, )*{re.escape(step)}(?![\w-])", problem) is not None


@dataclass(frozen=True)
class Break:
    """One way to break a step."""

    kinds: frozenset[str]
    done: Callable[[World, Step], World]


ASSETS = frozenset({"image", "overlay", "prune"})
EDITS = frozenset({"text", "python", "patch", "words"})
TEXTS = frozenset({"json"})


def anchor_changed(world: World, step: Step) -> World:
    """Upstream words what the step looks for otherwise, moves the file that it draws over, or has what it adds."""
    theirs = world.theirs(world.changed_by(step))
    if isinstance(step, WordsStep):
        words = re.compile("|".join(map(re.escape, step.replace)).encode())
        return world.with_files({path: words.sub(b"Another", data or b"") for path, data in theirs.items()})
    if step.kind in EDITS:
        return world.with_files({path: _reworded(world, step, path) for path in theirs})
    if isinstance(step, OverlayStep) and not step.replaces:
        return world.with_files(dict.fromkeys(theirs, b"theirs"))
    return world.with_files({f"{path}.old": data for path, data in theirs.items()} | dict.fromkeys(theirs))


def key_renamed(world: World, step: Step) -> World:
    """Upstream calls a translation otherwise, in every language."""
    assert isinstance(step, JsonStep)
    key = next(iter(step.set))
    theirs = world.theirs(world.changed_by(step)).items()
    return world.with_files({p: (data or b"").replace(f'"{key}"'.encode(), f'"{key}!"'.encode()) for p, data in theirs})


def aimed_wrong(world: World, step: Step) -> World:
    """The step names a file beside the right one, in which its anchor stands too; so upstream compiled it as well."""
    theirs = world.theirs(world.changed_by(step)).items()
    there = world.with_files({_beside(path): data for path, data in theirs if data is not None})
    there = replace(there, compiled={f"{OTHER}{step.id}.js": _compiled(step, world.context.version)})
    if isinstance(step, ImageStep):
        icons = tuple(icon.model_copy(update={"path": _beside(icon.path)}) for icon in step.icons)
        return there.with_step(step.model_copy(update={"icons": icons}))
    if isinstance(step, PatchStep):
        return there.with_step(step.model_copy(update={"patch": _aimed_patch(step, world.context.customizations)}))
    return there.with_step(step.model_copy(update={"path": _beside(step.path)}))


def landed_wrong(world: World, step: Step) -> World:
    """The step is right, and what it changes is written elsewhere."""
    return replace(world, lands=lambda of, path: _beside(path) if of.id == step.id else path)


def swapped_back(world: World, step: Step) -> World:
    """A later step puts upstream's bytes back over an asset."""
    path, data = next(iter(world.theirs(world.changed_by(step)).items()))
    if data is None:
        back = worded("prune", id="swapped-back", path=path)
    else:
        (world.context.customizations / "swapped-back").write_bytes(data)
        there = not isinstance(step, PruneStep)
        back = worded("overlay", id="swapped-back", source="swapped-back", path=path, replaces=there)
    return replace(world, steps=(*world.steps, back))


BREAKS = {
    "anchor changed upstream": Break(EDITS | ASSETS, anchor_changed),
    "translation key renamed": Break(TEXTS, key_renamed),
    "aimed at the wrong file": Break(EDITS | ASSETS | TEXTS, aimed_wrong),
    "written to the wrong file": Break(EDITS | ASSETS | TEXTS, landed_wrong),
    "asset swapped back in the tree": Break(ASSETS, swapped_back),
}


def _reworded(world: World, step: Step, path: str) -> bytes:
    """Return a file with another word in each line that the step changes, where it changes it."""
    before = (world.upstream.read(path) or b"").decode().splitlines(keepends=True)
    after = (world.changed_by(step)[path] or b"").decode().splitlines(keepends=True)
    for kind, first, last, start, end in _differences(before, after):
        for number in range(first, last) if kind != "equal" else ():
            other = after[start + number - first] if last - first == end - start else ""
            before[number] = _with_another_word(before[number], other)
    return "".join(before).encode()


def _with_another_word(line: str, other: str) -> str:
    """Change the longest word of what `other` has otherwise, else the word before that place."""
    pieces, others = (re.findall(r"\w+|\W", text) for text in (line, other))
    first, last = next((first, last) for kind, first, last, *_ in _differences(pieces, others) if kind != "equal")
    words = [number for number, piece in enumerate(pieces) if re.match(r"\w", piece)]
    within = [number for number in words if first <= number < last]
    before = [number for number in words if number < first][-1:]
    for number in [max(within, key=lambda number: len(pieces[number]))] if within else before:
        pieces[number] += "X"
    return "".join(pieces)


def _differences(one: Sequence[str], other: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, one, other, autojunk=False).get_opcodes()


def _compiled(step: Step, version: str) -> bytes:
    """What a release has in its scripts of a file in which a step's anchor stands."""
    edits = getattr(step, "compiled", ())
    return "\n".join(e.find * e.count for e in edits if e.versions is None or e.versions.holds(version)).encode()


def _beside(path: str) -> str:
    return posixpath.join(posixpath.dirname(path), OTHER + posixpath.basename(path))


def _aimed_patch(step: PatchStep, folder: Path) -> str:
    """Write the patch anew, for the files beside those that it is for; returns its path in the product's folder."""
    text = (folder / step.patch).read_text()
    aimed = re.sub(r"^(--- a/|\+\+\+ b/)(\S+)", lambda m: m[1] + _beside(m[2]), text, flags=re.M)
    (folder / _beside(step.patch)).write_text(aimed)
    return _beside(step.patch)
