"""A survey: brings what steps look at of each release, and looks at all of them, two at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from packaging.version import Version

from scripts.lib import cache, console, fingerprint, workers
from scripts.lib.compat import bring, kept, state
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
    folder = selection.checkout.cache
    bring.bring(wanted, _globs(selection), folder)
    kept.trim(folder, [release.source.sha256 or "" for release in wanted])
    return _looked(selection, [_Wanted(r.version, r.source.sha256 or "", _built(selection, r.wheel)) for r in wanted])


def of_ref(selection: Selection, ref: str) -> tuple[Row, ...]:
    """Return how the steps meet one state of the upstream's repository."""
    checkout = selection.checkout
    place = Place(checkout.root, checkout.cache)
    version, commit = state.bring(selection.product, ref, _globs(selection), place)
    (row,) = _looked(selection, [_Wanted(version, commit)])
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


def _look(wanted: _Wanted, given: tuple[Step, ...], customizations: Path, cache: Path) -> Row:
    subject = Subject(wanted.version, kept.of(cache, wanted.key), wanted.built)
    return look(subject, given, customizations, cache)


def _looked(selection: Selection, subjects: Sequence[_Wanted]) -> tuple[Row, ...]:
    checkout = selection.checkout
    work = partial(_look, given=selection.steps, customizations=checkout.customizations, cache=checkout.cache)
    results = workers.spread(work, subjects)  # before the progress begins, whose thread no process should inherit
    rows: list[Row] = []
    with console.part(f"look at {len(subjects)} releases") as part:
        for row in results:
            rows.append(row)
            part.update(done=len(rows), total=len(subjects), says=f"{len(rows)} of {len(subjects)}; {row.version}")
    return tuple(sorted(rows, key=lambda row: Version(row.version)))
