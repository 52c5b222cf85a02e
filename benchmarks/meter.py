"""Measures one command: wall seconds and how much the memory in use of the whole machine rose meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SAMPLE = 0.1
"""Seconds between two looks at the memory."""


@dataclass
class Measured:
    """What one run took."""

    name: str
    seconds: float = 0.0
    memory: float = 0.0
    """Highest rise of the machine's memory in use, in MB; page cache does not count."""


@contextmanager
def measure(name: str) -> Iterator[Measured]:
    """Measure what runs inside; the figures are there when it has ended."""
    measured = Measured(name)
    stop = threading.Event()
    before = _used()
    sampler = threading.Thread(target=_sample, args=(measured, before, stop), daemon=True)
    sampler.start()
    began = time.monotonic()
    try:
        yield measured
    finally:
        measured.seconds = time.monotonic() - began
        stop.set()
        sampler.join()


def _sample(measured: Measured, before: float, stop: threading.Event) -> None:
    while not stop.wait(SAMPLE):
        measured.memory = max(measured.memory, _used() - before)


def _used() -> float:
    """Memory that no program could have without swapping, in MB."""
    fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    total, available = (int(fields[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
    return (total - available) / 1000
