"""Tries all customizations on an upstream in memory, as far as an image could be built of the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.lib import parses, steps
from scripts.lib.errors import CommandFailed, ProjectionRefused
from scripts.lib.files import Changed, Files, Folder
from scripts.lib.records import FetchedSource
from scripts.lib.release.opening import open_bundle
from scripts.lib.release.projection import TreeChange, project
from scripts.lib.settings.images import Release
from scripts.lib.settings.steps import Step


@dataclass(frozen=True)
class BuiltRelease:
    """The release that the changes must fit too."""

    fetched: FetchedSource
    settings: Release


def problems(
    given: Sequence[Step], tree: Path, context: steps.StepContext, release: BuiltRelease | None
) -> tuple[str, ...]:
    """Return all that keeps the customizations from holding on the folder `tree`; empty is good.

    First whether every step fits, then whether every end state stands, everything edited still parses and the release
    takes every change. Raises ProjectionRefused where nothing but the release is against it.
    """
    files = Folder(tree)
    broken = [f for f in steps.check_all(given, files, context) if f.status not in ("ok", "not-applicable")]
    if broken:
        return tuple(f"{f.step} is {f.status} in {context.version}: {f.message}" for f in broken)
    changed = Changed(files)
    undone: list[str] = []
    applied = list(steps.apply_all(given, changed, context, undone))
    missing, _ = steps.verify_all(given, applied, changed, context, undone)
    wrong = (*missing, *parses.problems(changed, files))
    try:
        return (*wrong, *refused(release, files, changed, given, applied, context))
    except ProjectionRefused as failure:
        if not wrong:
            raise
        return (*wrong, *failure.problems)


def _changing(
    given: Sequence[Step], applied: Sequence[steps.Applied], files: Files, changed: Changed
) -> dict[str, tuple[Step, ...]]:
    """Return, for every file that differs at the end, the steps that changed it."""
    return {
        path: tuple(step for step, done in zip(given, applied, strict=True) if path in done.changes)
        for path, content in changed.changes.items()
        if content != files.read(path)
    }


def refused(
    release: BuiltRelease | None,
    files: Files,
    changed: Changed,
    given: Sequence[Step],
    applied: Sequence[steps.Applied],
    context: steps.StepContext,
) -> tuple[str, ...]:
    """Return why the release cannot be opened; raises ProjectionRefused where it does not take every change."""
    if release is None:
        return ()
    changing = _changing(given, applied, files, changed)
    try:
        bundle = open_bundle(release.fetched, context.version, release.settings, context.cache)
        project(bundle, TreeChange(files, changed, changing), release.settings, context)
    except ProjectionRefused:
        raise
    except CommandFailed as failure:
        return failure.problems
    return ()
