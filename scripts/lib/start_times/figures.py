"""What was measured, as it is kept."""

from collections.abc import Callable, Mapping
from datetime import datetime
from statistics import median

from scripts.lib.settings.base import Frozen
from scripts.lib.settings.bench import WayBefore


class Machine(Frozen):
    """Where it was measured."""

    cores: int
    memory: int
    """Bytes."""


class Run(Frozen):
    """One stack, from empty volumes on; all in seconds, from the command to all healthy."""

    cold: float
    warm: float
    killed: float
    memory: dict[str, int]
    """Service -> bytes that its processes hold when nobody asks anything, after the last start."""


class StartTimes(Frozen):
    """All runs of one tree's images, and what they are held against."""

    product: str
    version: str
    tree: str
    images: dict[str, int]
    """Name -> its size in bytes."""
    machine: Machine
    at: datetime
    runs: tuple[Run, ...]
    before: WayBefore | None = None

    def seconds(self, of: Callable[[Run], float]) -> tuple[float, float, float]:
        """Return median, least and most."""
        found = [of(run) for run in self.runs]
        return median(found), min(found), max(found)

    def memory(self) -> Mapping[str, float]:
        """Return the median of each service."""
        services = self.runs[0].memory
        return {service: median(run.memory[service] for run in self.runs) for service in services}
