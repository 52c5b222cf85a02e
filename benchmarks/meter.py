"""Measures one command: wall seconds, and how much the memory in use of the whole machine rose meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

SAMPLE = 0.1
"""Seconds between two looks at the memory."""
QUIET = 0.2
"""Share of the processors' time that others may take while something is measured."""
QUIET_SECONDS = 60.0
"""That is waited for quiet; after it the measurement goes on and says how busy the machine was."""


@dataclass
class Measured:
    """What one run took."""

    group: str
    name: str
    seconds: float = 0.0
    memory: float = 0.0
    """Highest rise of the machine's memory in use, in MB; page cache does not count."""
    busy: float = 0.0
    """Share of the processors' time that others took just before."""
    began: str = ""
    """In UTC."""
    stages: dict[str, float] = field(default_factory=dict)
    """Stage -> its seconds, where stages ran."""
    size: int | None = None
    """Bytes of the image that was made, or of what is kept."""
    releases: int | None = None
    """Upstream releases that were looked at."""


@contextmanager
def measure(group: str, name: str) -> Iterator[Measured]:
    """Measure what runs inside, once the machine is quiet; the figures are there when it has ended."""
    measured = Measured(group, name, busy=round(_await_quiet(), 2))
    measured.began = datetime.now(UTC).isoformat(timespec="seconds")
    stop, before = threading.Event(), _used()
    sampler = threading.Thread(target=_sample, args=(measured, before, stop), daemon=True)
    sampler.start()
    began = time.monotonic()
    try:
        yield measured
    finally:
        measured.seconds = round(time.monotonic() - began, 2)
        stop.set()
        sampler.join()
        measured.memory = round(measured.memory)


def _sample(measured: Measured, before: float, stop: threading.Event) -> None:
    while not stop.wait(SAMPLE):
        measured.memory = max(measured.memory, _used() - before)


def _used() -> float:
    """Memory that no program could have without swapping, in MB."""
    fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    total, available = (int(fields[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
    return (total - available) / 1000


def _await_quiet() -> float:
    """Wait until the machine does little else; returns how busy it was last."""
    deadline = time.monotonic() + QUIET_SECONDS
    while (busy := _busy()) > QUIET and time.monotonic() < deadline:
        pass
    return busy


def _busy(seconds: float = 1.0) -> float:
    """Look for a second which share of the processors' time is taken."""
    idle, total = _ticks()
    time.sleep(seconds)
    idle_after, total_after = _ticks()
    return 1 - (idle_after - idle) / max(1, total_after - total)


def _ticks() -> tuple[int, int]:
    """Idle (waiting for disks too) and all time of the processors, in the kernel's ticks."""
    fields = [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return fields[3] + fields[4], sum(fields)
