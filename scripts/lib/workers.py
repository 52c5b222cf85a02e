"""Spreads pure work over two processes of our own, for Python's threads share one processor."""

import ctypes
import gc
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

WORKERS = 2
"""Each takes some 100 MB of memory."""
RARELY = (200_000, 50, 1000)
"""How often cycles are looked for. Syntax trees are many objects and hold none: a third of the time went there."""
_LIBC = ctypes.CDLL(None)
_PDEATHSIG = 1


def spread(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """Begin to do `work` on all items, and return its results in the order in which they come; raises what it raises.

    `work` is a function of a module, or a partial of one; it and what it is given and returns can be pickled.
    """
    if len(items) < 2:
        return map(work, items)
    pool = ProcessPoolExecutor(WORKERS, initializer=_apart)
    return _results(pool, [pool.submit(_one, work, item) for item in items])


def _one(work: Callable[[T], R], item: T) -> R:
    """Do one piece of work, and give the memory back that it took: glibc keeps it, and much of it for good."""
    try:
        return work(item)
    finally:
        if hasattr(_LIBC, "malloc_trim"):
            _LIBC.malloc_trim(0)


def _results(pool: ProcessPoolExecutor, running: Sequence[Future[R]]) -> Iterator[R]:
    try:
        for done in as_completed(running):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _apart() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _LIBC.prctl(_PDEATHSIG, signal.SIGTERM)
    gc.freeze()
    gc.set_threshold(*RARELY)
