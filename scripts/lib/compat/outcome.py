"""What a look at many releases found: a row a release, a cell a step. Written as JSON, shown as table and as page."""

from typing import Literal

from scripts.lib.settings.base import Frozen

Status = Literal["ok", "not-applicable", "moved", "ambiguous", "gone", "invalid", "not-reached"]
"""As a step's finding; `not-reached`: it fits, but its end state does not stand on the finished tree."""
FINE = ("ok", "not-applicable")


class Cell(Frozen):
    """How one step meets one release."""

    step: str
    status: Status
    reason: str = ""
    """Every line says file and place; for `ok`, what was changed."""
    alternative: int | None = None
    """Which alternative fits, from 1; None where the step has none."""
    file: str | None = None
    line: int | None = None
    """Where the place is that is most like what was looked for."""
    similarity: float | None = None
    """Of that place, from 0 to 1."""
    proposal: str | None = None
    """An edit of the step, as YAML."""

    @property
    def fine(self) -> bool:
        """Whether the step holds on this release, or is not for it."""
        return self.status in FINE


class Projection(Frozen):
    """Whether the built release takes every change (strategy release)."""

    status: Literal["ok", "refused", "not-looked-at"]
    reason: str = ""


class Row(Frozen):
    """One release."""

    version: str
    """Followed, for a state of a repository, by what it is called there."""
    cells: tuple[Cell, ...]
    projection: Projection

    @property
    def number(self) -> str:
        """The version alone."""
        return self.version.split(" ")[0]

    @property
    def broken(self) -> tuple[Cell, ...]:
        """The steps that do not hold."""
        return tuple(cell for cell in self.cells if not cell.fine)

    @property
    def fine(self) -> bool:
        """Whether every step holds, and the built release takes it where that was looked at."""
        return not self.broken and self.projection.status != "refused"


class Outcome(Frozen):
    """A whole look."""

    product: str
    customization_version: str
    upstream: str
    """What the range of versions is that the customizations are for."""
    day: str
    steps: dict[str, str]
    """Step -> why it is there, in their order."""
    rows: tuple[Row, ...]
    """Oldest first."""
