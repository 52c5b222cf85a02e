"""Which tags a product's images get."""

from typing import Literal

from pydantic import Field, model_validator

from scripts.lib.settings.base import Frozen

TagKind = Literal["tree", "date", "edge", "version", "minor", "major", "latest"]
"""What each one says stands with its function in scripts/lib/tags.py."""


class TagSettings(Frozen):
    """`tags` of product.yaml."""

    kinds: tuple[TagKind, ...] = ("date", "tree")
    """In the order in which people read them. `tree` must be among them: only it names any image."""
    branch: str = Field("main", min_length=1)
    """The branch that `edge` follows."""
    releases: str = Field("{product}-v", min_length=1)
    """Beginning of this repository's git tags that name a release of the product; its version follows."""

    @model_validator(mode="after")
    def _are_kinds(self) -> "TagSettings":
        problems = [] if "tree" in self.kinds else ["kinds: tree is missing, the one tag that every image has"]
        if len(set(self.kinds)) < len(self.kinds):
            problems.append(f"kinds: each stands once, here are {', '.join(self.kinds)}")
        if problems:
            raise ValueError("; ".join(problems))
        return self
