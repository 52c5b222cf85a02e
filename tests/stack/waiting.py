"""Waits for a condition, never for a time."""

import time
from collections.abc import Callable

POLL = 0.3


def wait_until(true: Callable[[], bool], *, seconds: float, what: str) -> float:
    """Wait until `true` holds and return the seconds that took; fails after `seconds` and says `what` did not come."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() < began + seconds, f"not within {seconds:.0f} s: {what}"
        time.sleep(POLL)
    return time.monotonic() - began
