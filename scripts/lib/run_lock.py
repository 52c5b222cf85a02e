"""One run at a time in a checkout and product: a lock whose holder and age can be told."""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from scripts.lib import console
from scripts.lib.checkout import Checkout
from scripts.lib.errors import ResourceMissing


@contextmanager
def run_lock(checkout: Checkout, stage: str) -> Iterator[None]:
    """Hold the lock of this checkout while a stage runs; raises ResourceMissing with who holds it and for how long.

    The kernel frees the lock when its holder ends, however it ends, so none is ever left behind.
    """
    checkout.out.mkdir(parents=True, exist_ok=True)
    holder = checkout.out / "lock.json"
    lock = FileLock(checkout.out / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise ResourceMissing(
            f"another run works in this checkout: {_describe(holder.read_text() if holder.exists() else '')}",
            hint="wait until it has ended, or use a second checkout",
        ) from None
    try:
        holder.write_text(
            json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "stage": stage, "since": time.time()})
        )
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _describe(text: str) -> str:
    try:
        h = json.loads(text)
        age = console.seconds(max(0.0, time.time() - h["since"]))
        return f"{h['stage']}, process {h['pid']} on {h['host']}, for {age}"
    except (ValueError, KeyError, TypeError):
        return "it has just begun"
