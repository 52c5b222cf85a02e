"""The tags of a release, as pure functions. A tag never moves: once it names an image it names that image for ever."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count

TREE_DIGITS = 12


def by_tree(version: str, customization: str, tree: str) -> str:
    """Return `0.12.4-custom.1.0-<first 12 digits of the tree hash>`, which says what went in."""
    return _valid(f"{version}-custom.{customization}-{tree[:TREE_DIGITS]}")


def by_date(built: date, customization: str) -> Iterator[str]:
    """Return `v2026.11.21-custom.1.0-validated`, then `v2026.11.21.2-…`, `.3` and so on: the builds of one day."""
    day = f"v{built:%Y.%m.%d}"
    for number in count(1):
        yield _valid(f"{day}{f'.{number}' if number > 1 else ''}-custom.{customization}-validated")


def first_free(names: Iterator[str], image_id: str, holder: Callable[[str], str | None]) -> str:
    """Return the first name that no image has, or that this image has; `holder` tells a tag's image ID."""
    return next(name for name in names if holder(name) in (None, image_id))


def _valid(tag: str) -> str:
    """Replace what a tag may not hold, such as the `+` of a local version."""
    return tag.replace("+", "_")
