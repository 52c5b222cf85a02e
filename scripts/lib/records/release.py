"""What gate and publish leave."""

from typing import Literal

from scripts.lib.records.record import Digest, Record
from scripts.lib.settings.base import Frozen


class GateResult(Frozen):
    """One gate; unknown never passes."""

    gate: str
    state: Literal["passed", "failed", "unknown"]
    because: str
    evidence: str
    """Identity of the record it was read from."""
    asked: bool = True
    """False where the product says why nobody asks; `because` has its words."""


class Verdict(Record):
    """Whether these images may be published for this environment."""

    environment: str
    version: str
    images: dict[str, Digest]
    gates: tuple[GateResult, ...]

    @property
    def passed(self) -> bool:
        return bool(self.gates) and all(g.state == "passed" for g in self.gates)


class PublishedImage(Frozen):
    """One image as the registry has it."""

    registry: str
    """Host, with its port where it has one."""
    repository: str
    image_id: Digest
    digest: Digest
    """Of the manifest."""
    tags: tuple[str, ...]

    @property
    def reference(self) -> str:
        """What deploys use: registry, repository and digest."""
        return f"{self.registry}/{self.repository}@{self.digest}"


class Release(Record):
    """What was published, read back and compared."""

    environment: str
    version: str
    architecture: str | None = None
    """Of the machine that made a part of what is still to be joined; None where this is the whole."""
    verdict: str
    images: dict[str, PublishedImage]


class JoinedImage(Frozen):
    """One image for several architectures, as the registry has it."""

    registry: str
    repository: str
    digest: Digest
    """Of the index, by which an engine of any of these architectures takes its own."""
    tags: tuple[str, ...]
    parts: dict[str, Digest]
    """Architecture -> digest of the manifest that was published there."""

    @property
    def reference(self) -> str:
        """Registry, repository and digest."""
        return f"{self.registry}/{self.repository}@{self.digest}"


class Joined(Record):
    """What was joined of the releases of several machines."""

    environment: str
    version: str
    releases: dict[str, str]
    """Architecture -> identity of its release."""
    images: dict[str, JoinedImage]
