"""What build leaves."""

from typing import Literal

from pydantic import Field

from scripts.lib.records.record import Digest, Record
from scripts.lib.settings.base import Frozen

Strategy = Literal["release", "source"]
"""How an image was made."""


class BuiltImage(Frozen):
    """One image; its identity is its image ID, the digest of its configuration."""

    reference: str
    """Local name for people; never an identity."""
    image_id: Digest
    size: int
    """Bytes."""
    seconds: float
    strategy: Strategy
    bases: dict[str, str]
    """Base -> its identity (digest where it came from a registry, image ID where it was made here).

    A base is called as product.yaml does or, by strategy source, as the Dockerfile does.
    """
    sets: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Further set of customizations that this build applied -> its steps, whose end state was seen before it began."""
    notes: tuple[str, ...] = ()
    staged: str | None = None
    """Reference by digest under which the next machine finds it; None where it never left this one."""


class Image(Record):
    """The images of this tree."""

    tree: str
    version: str
    images: dict[str, BuiltImage]
