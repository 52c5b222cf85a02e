"""The tags of a release, one small pure function each. A product says in `tags` which of them it uses.

Most never move: once one names an image it names that image for ever. `edge`, a series such as `0.6`, and `latest`
follow what is newest of their kind.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from scripts.lib.settings.tags import TagKind

TREE_DIGITS = 12
MOVING: frozenset[TagKind] = frozenset({"edge", "minor", "major", "latest"})
"""Kinds of tags that go on to the next image; all others never move."""
ORDERED: frozenset[TagKind] = frozenset({"version", "minor", "major", "latest"})
"""Kinds of tags that only a release gets."""
_NUMBER = "(0|[1-9][0-9]*)"
_PART = r"(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_PART}(?:\.{_PART})*)?")


@dataclass(frozen=True, order=True)
class ReleaseVersion:
    """A semantic version without build metadata, which a tag cannot hold."""

    major: int
    minor: int
    patch: int
    pre: str = ""
    """What makes it a pre-release, with its hyphen: `-rc.1`; empty for a final release."""

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}{self.pre}"


@dataclass(frozen=True)
class Occasion:
    """What is published, on which occasion, and what is there already."""

    version: str
    """Of the upstream."""
    customization: str
    tree: str
    built: date
    """Of the image, in UTC."""
    image: str
    """Identity of what is tagged: an image ID, or the digest of an index."""
    main: bool = False
    """Whether this is a run of the branch that `edge` follows."""
    release: ReleaseVersion | None = None
    """The version whose release this is, None for any other run."""
    released: frozenset[ReleaseVersion] = frozenset()
    """All that were released before, in any order."""
    holder: Callable[[str], str | None] = lambda _: None
    """Tells which image a tag names now, None where there is no such tag."""

    @property
    def finals(self) -> list[ReleaseVersion]:
        """The releases that are no pre-releases, this one among them where it is."""
        return [one for one in {*self.released, *([self.release] if self.release else ())} if not one.pre]


def parse(text: str) -> ReleaseVersion | None:
    """Return a version of three numbers such as 0.6.1 or 1.0.0-rc.1, None where the text is none."""
    found = _VERSION.fullmatch(text)
    return ReleaseVersion(int(found[1]), int(found[2]), int(found[3]), found[4] or "") if found else None


def parsed(texts: Iterable[str]) -> frozenset[ReleaseVersion]:
    """Return the versions among texts such as the tags of a repository."""
    return frozenset(found for text in texts if (found := parse(text)))


def tree(of: Occasion) -> str:
    """What went in: `0.12.4-custom.1.0-<first 12 digits of the tree hash>`."""
    return by_tree(of.version, of.customization, of.tree)


def day(of: Occasion) -> str:
    """When it was built: the first tag of that day that no other image has."""
    return first_free(by_date(of.built, of.customization), of.image, of.holder)


def edge(of: Occasion) -> str | None:
    """`edge`, for what the main branch holds."""
    return "edge" if of.main else None


def version(of: Occasion) -> str | None:
    """The release itself: `0.6.1`, `1.0.0-rc.1`."""
    return str(of.release) if of.release else None


def minor(of: Occasion) -> str | None:
    """Its series, `0.6`, where it is the newest of them; never for a pre-release."""
    return _series(of, lambda one: (one.major, one.minor))


def major(of: Occasion) -> str | None:
    """Its series, `1`, from 1.0.0 on: before that a minor release may break what it was used for, so `0` is none."""
    return _series(of, lambda one: (one.major,)) if of.release and of.release.major else None


def latest(of: Occasion) -> str | None:
    """`latest`, for the highest release that is no pre-release; a later one of an older series never takes it."""
    return "latest" if of.release and of.release == max(of.finals, default=None) else None


BY_KIND: Mapping[TagKind, Callable[[Occasion], str | None]] = {
    "tree": tree,
    "date": day,
    "edge": edge,
    "version": version,
    "minor": minor,
    "major": major,
    "latest": latest,
}


def of(occasion: Occasion, kinds: Sequence[TagKind]) -> dict[str, TagKind]:
    """Return the tags of these kinds that an occasion gives, in their order."""
    return {tag: kind for kind in kinds if (tag := BY_KIND[kind](occasion)) is not None}


def by_tree(version: str, customization: str, tree: str, architecture: str | None = None) -> str:
    """Return the tag that says what went in; `architecture` ends the one of a part that is still to be joined."""
    return _valid("-".join((f"{version}-custom.{customization}", tree[:TREE_DIGITS], *filter(None, [architecture]))))


def by_date(built: date, customization: str) -> Iterator[str]:
    """Return `v2026.11.21-custom.1.0-validated`, then `v2026.11.21.2-…`, `.3` and so on: the builds of one day."""
    day = f"v{built:%Y.%m.%d}"
    for number in count(1):
        yield _valid(f"{day}{f'.{number}' if number > 1 else ''}-custom.{customization}-validated")


def first_free(names: Iterator[str], image: str, holder: Callable[[str], str | None]) -> str:
    """Return the first name that no image has, or that this image has; `holder` tells which image a tag names."""
    return next(name for name in names if holder(name) in (None, image))


def _series(of: Occasion, part: Callable[[ReleaseVersion], tuple[int, ...]]) -> str | None:
    """Return the name of the release's series where it is the newest one of it."""
    if of.release is None:
        return None
    newest = max((one for one in of.finals if part(one) == part(of.release)), default=None)
    return ".".join(map(str, part(of.release))) if of.release == newest else None


def _valid(tag: str) -> str:
    """Replace what a tag may not hold, such as the `+` of a local version."""
    return tag.replace("+", "_")
