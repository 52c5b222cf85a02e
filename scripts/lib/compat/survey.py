"""A survey: brings what steps look at of each release, and looks at all of them, two at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from packaging.version import Version

from scripts.lib import cache, console, fingerprint, workers
from scripts.lib.compat import bring, kept, laid, state
from scripts.lib.compat.laid import LaidIn
from scripts.lib.compat.look import Subject, look
from scripts.lib.compat.outcome import Row
from scripts.lib.compat.releases import Release
from scripts.lib.records import FetchedSource
from scripts.lib.release.ignore_file import IGNORE_FILE
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.steps import Step
from scripts.lib.sources.place import Place
from scripts.lib.sources.pypi import Listed
from scripts.lib.trial import BuiltRelease


def of_releases(selection: Selection, wanted: Sequence[Release]) -> tuple[Row, ...]:
    """Return how the steps meet each of these releases, in their order."""
    folder, globs = selection.checkout.cache, _globs(selection)
    laid_in = laid.bring(selection, globs)
    bring.bring(wanted, globs, folder)
    kept.trim(folder, [*(release.source.sha256 or "" for release in wanted), *(part.key for part in laid_in)])
    subjects = [_Wanted(r.version, r.source.sha256 or "", _built(selection, r.wheel)) for r in wanted]
    return _looked(selection, subjects, laid_in)


def of_ref(selection: Selection, ref: str) -> tuple[Row, ...]:
    """Return how the steps meet one state of the upstream's repository."""
    checkout = selection.checkout
    place = Place(checkout.root, checkout.cache)
    version, commit = state.bring(selection.product, ref, _globs(selection), place)
    (row,) = _looked(selection, [_Wanted(version, commit)], laid.bring(selection, _globs(selection)))
    return (row.model_copy(update={"version": f"{version} ({ref}, {commit[:12]})"}),)


def _globs(selection: Selection) -> list[str]:
    """Every path that steps look at, and what the projection of their changes does."""
    folder = selection.checkout.customizations
    return sorted({path for step in selection.steps for path in fingerprint.looks_at(step, folder)} | {IGNORE_FILE})


def _built(selection: Selection, wheel: Listed | None) -> BuiltRelease | None:
    """Return the built release where it is in the cache; none is downloaded for a look."""
    settings, folder = selection.product.release, selection.checkout.cache
    found = cache.find(folder, wheel.sha256 or "") if settings and wheel else None
    if settings is None or wheel is None or found is None:
        return None
    fetched = FetchedSource(
        kind="pypi",
        version=wheel.version,
        resolved=found.name,
        address=wheel.name,
        stored=str(found.relative_to(folder)),
        fingerprint=found.name,
    )
    return BuiltRelease(fetched, settings)


@dataclass(frozen=True)
class _Wanted:
    """One release, by the key under which it is kept: a process reads it itself."""

    version: str
    key: str
    built: BuiltRelease | None = None


@dataclass(frozen=True)
class _Looking:
    """What is the same for every release; handed to other processes."""

    steps: tuple[Step, ...]
    customizations: Path
    cache: Path
    leave_out: tuple[str, ...]
    """Globs of the releases' own files."""
    laid_in: tuple[LaidIn, ...]


def _look(wanted: _Wanted, by: _Looking) -> Row:
    files = laid.tree(by.cache, wanted.key, by.leave_out, by.laid_in)
    return look(Subject(wanted.version, files, wanted.built), by.steps, by.customizations, by.cache)


def _looked(selection: Selection, subjects: Sequence[_Wanted], laid_in: tuple[LaidIn, ...]) -> tuple[Row, ...]:
    checkout, product = selection.checkout, selection.product
    leave_out = product.sources[product.tree].leave_out
    by = _Looking(selection.steps, checkout.customizations, checkout.cache, leave_out, laid_in)
    work = partial(_look, by=by)
    results = workers.spread(work, subjects)  # before the progress begins, whose thread no process should inherit
    rows: list[Row] = []
    with console.part(f"look at {len(subjects)} releases") as part:
        for row in results:
            rows.append(row)
            part.update(done=len(rows), total=len(subjects), says=f"{len(rows)} of {len(subjects)}; {row.version}")
    return tuple(sorted(rows, key=lambda row: Version(row.version)))
