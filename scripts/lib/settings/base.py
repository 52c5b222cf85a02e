"""The base of every settings model, and the few words that several of them share."""

import re
from typing import Annotated

from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


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


Slug = Annotated[str, Field(pattern=re.compile(r"^[a-z0-9][a-z0-9-]*$"))]
RelativePath = Annotated[str, Field(min_length=1), AfterValidator(_relative)]
VersionText = Annotated[str, AfterValidator(_version)]
Colour = Annotated[str, Field(pattern=re.compile(r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"))]
"""Red, green and blue as #rgb or #rrggbb."""
Size = Annotated[str, Field(pattern=re.compile(r"^[0-9]+(\.[0-9]+)?[kmg]$"))]
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
