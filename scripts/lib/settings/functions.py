"""What the application is tried with: how it is started for that, what runs beside it, and whose checks look at it."""

from pydantic import Field

from scripts.lib.settings.base import Frozen, RelativePath, Slug
from scripts.lib.settings.deploy import VariableName


class Beside(Frozen):
    """One server beside a stand, under a name of its own on the stand's network."""

    server: Slug
    """A program of smoke/servers."""
    files: tuple[RelativePath, ...] = ()
    """Of the product's folder, laid beside the program."""


class FunctionStand(Frozen):
    """One start of an image; all of its checks look at the same container, in the order in which they stand."""

    image: Slug
    environment: dict[VariableName, str] = Field(default_factory=dict)
    """Variables beside those that every stand of the image gets."""
    beside: dict[Slug, Beside] = Field(default_factory=dict)
    """Name on the network -> server."""


class FunctionsFile(Frozen):
    """`functions/stands.yaml`; the checks are the Python package in whose folder it lies."""

    stands: dict[Slug, FunctionStand] = Field(min_length=1)
