"""What a product says about the way it was run before, to hold its new starts against."""

from pydantic import Field

from scripts.lib.settings.base import Frozen, RelativePath


class Figure(Frozen):
    """One figure of the way before, and how one comes to it."""

    seconds: float = Field(gt=0)
    source: str = Field(min_length=10)
    """What was measured, by whom and where; or where it can be read."""


class WayBefore(Frozen):
    """How a product was run before, and how long its starts took; a figure that nobody has is left out."""

    title: str
    cold: Figure | None = None
    """From nothing to all healthy."""
    warm: Figure | None = None
    """Ended and started as it is."""
    killed: Figure | None = None
    """Started after every process was ended by force."""


class Bench(Frozen):
    """`bench` of product.yaml: files of the product's folder about the way before."""

    before: RelativePath
    """A YAML file of the form WayBefore."""
    program: RelativePath | None = None
    """A Python module that measures it anew, where that can be done: its `measure` is given the upstream's tree, the
    product's base images by name and a place for its log, and returns WayBefore."""
