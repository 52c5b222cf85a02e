"""What the untouched upstream showed a browser: kept in the cache, and compared with what an image of ours shows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from shutil import copyfile

from pydantic import ValidationError

from scripts.lib import cache
from scripts.lib.brand.words import Found
from scripts.lib.records import Check, Shot
from scripts.lib.settings.base import Frozen

FORM = "2"
"""Changes whenever what is kept of a walk, or the way of walking, does."""
SHOWN = 5
"""Complaints of a page that are named one by one."""


class Untouched(Frozen):
    """One walk through the untouched upstream."""

    complaints: frozenset[str]
    """Of all its pages: what a slow answer shifts from one page to the next is still upstream's."""
    shots: dict[str, str]
    """Visit, as `_key` has it -> sha256 of its screenshot."""
    brand: tuple[Found, ...] = ()
    """Where its brand was seen."""


def keep(
    folder: Path,
    key: str,
    complaints: Mapping[str, frozenset[str]],
    shots: Sequence[Shot],
    out: Path,
    brand: Sequence[Found] = (),
) -> None:
    """Keep a walk in the cache at `folder` under `key`; the screenshots lie below `out`, where they stay."""
    kept = {_key(shot): cache.add(folder, partial(_copy, out / shot.path)) for shot in shots}
    walk = Untouched(complaints=frozenset().union(*complaints.values()), shots=kept, brand=tuple(brand))
    cache.name(folder, _name(key), cache.add(folder, partial(_write, walk)))


def find(folder: Path, key: str) -> Untouched | None:
    """Return the walk that was kept under `key`; None where it, or a screenshot of it, is not there whole."""
    place = cache.named(folder, _name(key), hashed=True)
    if place is None:
        return None
    try:
        walk = Untouched.model_validate_json(place.read_bytes())
    except ValidationError:
        return None  # of another form than this version writes
    return walk if all(cache.find(folder, sha256, hashed=True) for sha256 in walk.shots.values()) else None


def compare(
    complaints: Mapping[str, frozenset[str]], untouched: Untouched | str, races: Callable[[str], frozenset[str]]
) -> Iterator[Check]:
    """Yield one check a page: that nobody complains of anything there that the untouched upstream does not show.

    `untouched` is the reason where it is not known what that shows; then no complaint can pass. `races` says what it
    shows on a page now and then.
    """
    for page, heard in complaints.items():
        known = frozenset() if isinstance(untouched, str) else untouched.complaints | races(page)
        new = sorted(heard - known)
        yield Check(
            name=name_of(page),
            step=None,
            layer="browser",
            passed=not new,
            evidence=_named(new, untouched) if new else f"{len(heard)} complaints, each the upstream's too",
        )


def name_of(page: str) -> str:
    """Name the check that nobody complains of anything on a page that the untouched upstream does not show."""
    return f"{page}: no complaint of its own"


def beside(shots: Sequence[Shot], untouched: Untouched, folder: Path, out: Path) -> tuple[Shot, ...]:
    """Return the screenshots, each with the untouched upstream's of the same visit, which is laid below `out`."""
    return tuple(_beside(shot, untouched.shots.get(_key(shot)), folder, out) for shot in shots)


def _beside(shot: Shot, sha256: str | None, folder: Path, out: Path) -> Shot:
    found = cache.find(folder, sha256) if sha256 else None
    if found is None:
        return shot
    path = Path("evidence/vanilla") / shot.image / Path(shot.path).name
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    copyfile(found, out / path)
    return shot.model_copy(update={"vanilla": str(path)})


def _named(new: Sequence[str], untouched: Untouched | str) -> str:
    more = f"; and {len(new) - SHOWN} more" if len(new) > SHOWN else ""
    why = f" ({untouched})" if isinstance(untouched, str) else ", which the untouched upstream does not show"
    return "; ".join(new[:SHOWN]) + more + why


def _key(shot: Shot) -> str:
    """Tell a visit from others of the same image."""
    return f"{shot.page} {shot.locale} {shot.scheme} {shot.device}"


def _name(key: str) -> str:
    return f"walks/{FORM}-{key}"


def _copy(source: Path, target: Path) -> None:
    copyfile(source, target)


def _write(walk: Untouched, target: Path) -> None:
    target.write_text(walk.model_dump_json())
