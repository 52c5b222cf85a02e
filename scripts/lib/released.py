"""What an environment's releases looked like: kept when they are published, so that the next one stands beside them."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from scripts.lib.checkout import Checkout
from scripts.lib.records import Digest, Release, Shot, Tree, digest_of
from scripts.lib.settings.base import Frozen

KEPT = 2
"""Releases of each environment: the last one, and the one that it replaced."""
FILE = "released.json"


class Released(Frozen):
    """One release as it was published."""

    environment: str
    version: str
    customization: str
    tree: str
    published: datetime
    images: dict[str, Digest]
    """Image IDs."""
    tags: dict[str, tuple[str, ...]]
    sizes: dict[str, int]
    """Bytes."""
    shots: tuple[Shot, ...]
    """Their pictures lie below `out/<product>/`, as copies of their own."""


def keep(
    checkout: Checkout, release: Release, tree: Tree, sizes: dict[str, int], shots: Sequence[Shot], now: datetime
) -> None:
    """Keep what was published and copies of those pictures that are there; releases before the last two go.

    `sizes` are bytes.
    """
    images = {name: one.image_id for name, one in release.images.items()}
    folder = _folder(checkout, release.environment) / digest_of(*sorted(images.values()))[:12]
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    kept = Released(
        environment=release.environment,
        version=release.version,
        customization=tree.customization,
        tree=tree.tree,
        published=now,
        images=images,
        tags={name: one.tags for name, one in release.images.items()},
        sizes=sizes,
        shots=tuple(
            _copied(checkout, shot, folder / f"{number}.png")
            for number, shot in enumerate(shots)
            if (checkout.out / shot.path).is_file()
        ),
    )
    (folder / FILE).write_text(kept.model_dump_json(indent=2) + "\n")
    for old, _ in _all(checkout, release.environment)[KEPT:]:
        shutil.rmtree(old)


def before(checkout: Checkout, environment: str, images: dict[str, Digest]) -> Released | None:
    """Return the newest release kept that is not of these images, None where there is none."""
    return next((one for _, one in _all(checkout, environment) if one.images != images), None)


def _folder(checkout: Checkout, environment: str) -> Path:
    return checkout.out / "released" / environment


def _copied(checkout: Checkout, shot: Shot, copy: Path) -> Shot:
    shutil.copyfile(checkout.out / shot.path, copy)
    return shot.model_copy(update={"path": str(copy.relative_to(checkout.out)), "vanilla": None})


def _all(checkout: Checkout, environment: str) -> list[tuple[Path, Released]]:
    """Return every release kept, the newest first; one of another form than this version writes is passed over."""
    found = []
    for path in _folder(checkout, environment).glob(f"*/{FILE}"):
        try:
            found.append((path.parent, Released.model_validate_json(path.read_bytes())))
        except ValidationError:
            continue
    return sorted(found, key=lambda one: one[1].published, reverse=True)
