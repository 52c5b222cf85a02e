"""What smoke leaves: what the running images showed."""

from typing import Literal

from pydantic import Field

from scripts.lib.records.record import Digest, Record
from scripts.lib.settings.base import Frozen


class Check(Frozen):
    """One thing looked at, with what was seen."""

    name: str
    step: str | None
    """The customization whose proof this is."""
    layer: str
    passed: bool
    evidence: str
    seconds: float = 0.0
    files: tuple[str, ...] = ()
    """Screenshots, traces and logs of it, as paths below `out/<product>/`."""


class Shot(Frozen):
    """A page as it was seen in a browser."""

    image: str
    """Name of the image that showed it."""
    page: str
    locale: str
    scheme: Literal["light", "dark"]
    device: Literal["desktop", "phone"]
    path: str
    """Of the PNG, below `out/<product>/`."""
    vanilla: str | None = None
    """Of the same page of the untouched upstream; None where it was not looked at."""


class Leak(Frozen):
    """An upstream brand word or image that is still there."""

    surface: str
    """Where people or programs meet it: bundle, backend, page, attribute, title, notification, response …"""
    place: str
    """File with line or offset, or page with selector."""
    word: str
    """The word, or the path of the upstream's image with the same bytes."""
    excerpt: str
    allowed: str | None = None
    """The reason of the entry that allows it; None where it is an error."""
    count: int = 1
    """Places that this one tells of, such as the same text in several locales."""


class SurfaceCoverage(Frozen):
    """How much of a surface bears our brand."""

    surface: str
    upstream: int
    """Places where the untouched upstream bears its brand and that are neither allowed nor protected."""
    leaks: int
    """How many of them still do."""

    @property
    def percent(self) -> float:
        return 100.0 if not self.upstream else 100.0 * (self.upstream - self.leaks) / self.upstream


class Coverage(Frozen):
    """How much of an image bears our brand, and what still does not."""

    surfaces: tuple[SurfaceCoverage, ...]
    leaks: tuple[Leak, ...]
    """Allowed ones too, with their reason."""
    broken: tuple[str, ...] = ()
    """What is protected and not as upstream has it; each is an error."""
    stale: tuple[str, ...] = ()
    """Entries of `brand.yaml` that allow what is not there any more, or not as often as they say."""


Part = Literal["proofs", "branding", "functions"]
"""What a smoke run looked at: the proofs without a browser; pages in a browser; what the application does."""
PARTS: tuple[Part, ...] = ("proofs", "branding", "functions")
PART_OF: dict[str, Part] = {"browser": "branding", "function": "functions"}
"""Layer of a check -> the part that makes it; all other layers are of `proofs`."""


class SmokeReport(Record):
    """What the running images showed; one for all environments, run once under the limits of one."""

    environment: str
    """Whose limits the containers ran under."""
    images: dict[str, Digest]
    checks: dict[str, tuple[Check, ...]]
    """Per image name."""
    seconds_to_healthy: dict[str, float]
    parts: tuple[Part, ...] = ("proofs",)
    shots: tuple[Shot, ...] = ()
    coverage: dict[str, Coverage] = Field(default_factory=dict)
    """Per image name; empty where branding was not looked at."""

    @property
    def problems(self) -> list[str]:
        """All that failed, of every part that was looked at."""
        return [problem for part in self.parts for problem in self.problems_of(part)]

    def of(self, part: Part) -> dict[str, list[Check]]:
        """Return the checks of one part, per image name."""
        return {
            name: [c for c in checks if PART_OF.get(c.layer, "proofs") == part] for name, checks in self.checks.items()
        }

    def problems_of(self, part: Part) -> list[str]:
        """Every check of a part that failed, its step first; of branding, every leak that nobody allowed too."""
        failed = [check for checks in self.of(part).values() for check in checks if not check.passed]
        problems = [f"{c.step or 'image'}: {c.name}: {c.evidence}" for c in failed]
        if part == "branding":
            leaks = [leak for found in self.coverage.values() for leak in found.leaks if leak.allowed is None]
            problems += [f"brand: {leak.word!r} in {leak.place} ({leak.surface}): {leak.excerpt}" for leak in leaks]
            problems += [f"brand: protected: {one}" for found in self.coverage.values() for one in found.broken]
        return problems
