"""What an upstream's licence asks of a re-branded image, by version and by the text that somebody has read."""

from typing import Literal

from packaging.version import Version
from pydantic import Field, model_validator

from scripts.lib.settings.base import Frozen, RelativePath, Sha256, VersionRange


class LicenceRule(Frozen):
    """The upstream's licence over a range of versions."""

    versions: VersionRange
    name: str
    needs_basis: bool
    """Whether re-branding needs one of the bases that an environment can state."""
    permission_for: Literal["anyone", "contributors"] = "anyone"
    """Whom a written permission may be given; `contributors`: of whom upstream has merged a substantive change."""
    texts: dict[Sha256, VersionRange] = Field(default_factory=dict)
    """sha256 of each licence file that somebody has read and found to be this one -> the releases that it came with.

    Any other text is unknown.
    """

    @model_validator(mode="after")
    def _texts_came_with_it(self) -> "LicenceRule":
        outside = [
            f"texts.{text}: {end} is no version of {self.versions}"
            for text, came in self.texts.items()
            for end in (came.first, came.last)
            if end and not self.versions.holds(end)
        ]
        if outside:
            raise ValueError("; ".join(outside))
        return self


class Licence(Frozen):
    """The upstream's licence file and what it asks of a re-branded image."""

    file: RelativePath
    rules: tuple[LicenceRule, ...] = Field(min_length=1)

    def rule(self, version: str) -> LicenceRule | None:
        """Return the rule for `version`, or None where no rule covers it."""
        return next((rule for rule in self.rules if rule.versions.holds(version)), None)

    def before(self, rule: LicenceRule) -> LicenceRule | None:
        """Return the newest rule of older versions that asks for no basis, None where there is none."""
        return max(
            (r for r in self.rules if not r.needs_basis and _is_older(r.versions, rule.versions)),
            key=lambda older: Version(older.versions.last or "0"),
            default=None,
        )


def _is_older(one: VersionRange, other: VersionRange) -> bool:
    return bool(one.last and other.first and Version(one.last) < Version(other.first))
