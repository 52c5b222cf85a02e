"""The base of every settings model, and the few words that several of them share."""

import re
from typing import Annotated

from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator


class Frozen(BaseModel):
    """Settings and records are checked once and never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _relative(path: str) -> str:
    if path.startswith("/") or ".." in path.split("/") or "\\" in path:
        raise ValueError("must be a relative path without '..'")
    return path


def _version(text: str) -> str:
    try:
        Version(text)
    except InvalidVersion:
        raise ValueError("is not a version such as 0.12.4") from None
    return text


def _form(pattern: str, words: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {words}")
        return text

    return AfterValidator(check)


SLUG = "[a-z0-9][a-z0-9-]*"
_COLOUR = "#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"
_SIZE = r"[0-9]+(\.[0-9]+)?[kmg]"

_SHA256 = "[0-9a-f]{64}"
_PATH = "[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
_HOST = r"([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]+)?"
_REFERENCE = rf"({_HOST}/)?{_PATH}(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{{0,127}})?(@sha256:{_SHA256})?"

Slug = Annotated[
    str,
    _form(SLUG, "lower-case letters, digits and hyphens"),
    WithJsonSchema({"type": "string", "pattern": f"^{SLUG}$"}),
]
Sha256 = Annotated[
    str,
    _form(_SHA256, "a sha256: 64 hexadecimal digits"),
    WithJsonSchema({"type": "string", "pattern": f"^{_SHA256}$"}),
]
Digest = Annotated[
    str,
    _form(f"sha256:{_SHA256}", "a digest: sha256: and 64 hexadecimal digits"),
    WithJsonSchema({"type": "string", "pattern": f"^sha256:{_SHA256}$"}),
]
Host = Annotated[str, _form(_HOST, "a host such as ghcr.io or localhost:5000, no address")]
Namespace = Annotated[str, _form(f"({_PATH})?", "lower-case names with slashes between, such as team/apps")]
Reference = Annotated[str, _form(_REFERENCE, "an image's reference such as python:3.11-slim-bookworm")]
RelativePath = Annotated[str, Field(min_length=1), AfterValidator(_relative)]
VersionText = Annotated[str, AfterValidator(_version)]
Colour = Annotated[
    str,
    _form(_COLOUR, "a colour such as #1562ad, in quotes"),
    WithJsonSchema({"type": "string", "pattern": f"^{_COLOUR}$"}),
]
"""Red, green and blue as #rgb or #rrggbb."""
Size = Annotated[
    str,
    _form(_SIZE, "a size such as 512m or 2g"),
    WithJsonSchema({"type": "string", "pattern": f"^{_SIZE}$"}),
]
"""Memory as Docker words it: 512m, 2g."""


class VersionRange(Frozen):
    """An inclusive range of upstream versions; an end left out is open."""

    first: VersionText | None = Field(None, alias="from")
    last: VersionText | None = Field(None, alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> "VersionRange":
        if self.first and self.last and Version(self.first) > Version(self.last):
            raise ValueError(f"'from' {self.first} is newer than 'to' {self.last}")
        return self

    def holds(self, version: str) -> bool:
        """Tell whether `version` lies in the range, both ends included."""
        v = Version(version)
        return not (self.first and v < Version(self.first)) and not (self.last and v > Version(self.last))

    def __str__(self) -> str:
        return f"{self.first or 'any'} to {self.last or 'any'}"
