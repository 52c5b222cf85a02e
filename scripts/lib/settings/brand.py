"""The upstream's brand: its words and images, where an image may still hold them and why, and what nobody touches."""

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, model_validator

from scripts.lib.settings.base import Frozen, RelativePath, VersionRange

Surface = Literal[
    "script",  # of the front end
    "key",  # by which a script asks for a text
    "text",  # of a locale, as it is shown
    "server",  # a string of the server
    "comment",  # and documentation within the server's code
    "file",  # any other text of the image
    "image",
    "page",  # text that a person sees in a browser
    "attribute",
    "link",
    "title",
    "notification",
    "response",
]
"""Where people or programs meet a brand: in the image's files, or while its pages are visited."""
SURFACES: frozenset[Surface] = frozenset(get_args(Surface))
IN_FILES: frozenset[Surface] = frozenset({"script", "key", "text", "server", "comment", "file", "image"})


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return text


Regex = Annotated[str, Field(min_length=1), AfterValidator(_regex)]
Reason = Annotated[str, Field(min_length=10)]


class Place(Frozen):
    """A folder or file of the image with what is the product's own, and what the untouched upstream has there."""

    image: str = Field(pattern=r"^/[^*?]*[^/*?]$")
    tree: str | None = None
    """The folder or file of the source tree; empty for its top."""
    release: bool = False
    """The built front end of the release."""

    @model_validator(mode="after")
    def _one_upstream(self) -> "Place":
        if (self.tree is None) != self.release:
            raise ValueError("needs either tree or release: true")
        return self


class Ignored(Frozen):
    """Files of the image that are not looked into."""

    files: str = Field(pattern=r"^[/*]")
    """Glob of the path in the image."""
    reason: Reason


class Count(Frozen):
    """How many places are expected, both ends included."""

    least: int = Field(1, alias="from", ge=0)
    most: int = Field(alias="to", ge=0)


class Allowed(Frozen):
    """Brand words or images that may stay; one that matches nothing any more is reported."""

    reason: Reason
    surfaces: tuple[Surface, ...] = Field(min_length=1)
    places: tuple[str, ...] = ("**",)
    """Globs of the path in the image, of the page's name, or of the address of an answer."""
    text: Regex | None = None
    """What stands around the word: a match of it must cover the word."""
    count: Count | None = None
    """More places than these are not allowed; fewer are reported."""
    versions: VersionRange | None = None


class Protected(Frozen):
    """What stays as upstream has it, byte for byte, also where its file is changed."""

    why: Reason
    files: tuple[RelativePath, ...] = ("**",)
    """Globs of the tree."""
    text: Regex | None = None
    """Every match of it; the whole file where left out."""
    compiled: bool = False
    """It stands in the built front end's scripts too, as often as upstream's."""


class BrandFile(Frozen):
    """`brand.yaml`: what is looked for in an image of the product, and what may be found."""

    words: tuple[str, ...] = Field(min_length=1)
    """In any mix of capitals."""
    images: tuple[RelativePath, ...] = ()
    """Globs of the tree: upstream's own images, of which the image may hold no same bytes."""
    places: tuple[Place, ...] = Field(min_length=1)
    ignored: tuple[Ignored, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    protected: tuple[Protected, ...] = ()
