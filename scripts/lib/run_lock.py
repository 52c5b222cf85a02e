"""One run at a time in a checkout and product: a lock whose holder and age can be told."""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
        told = _told(holder)
        raise ResourceMissing(f"another run works in this checkout: {_describe(told)}", hint=_way_out(told)) from None
    try:
        holder.write_text(
            json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "stage": stage, "since": time.time()})
        )
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _way_out(told: dict[str, Any]) -> str:
    host = told.get("host", socket.gethostname())
    if host == socket.gethostname():
        return "wait until it has ended, or use a second checkout"
    return f"wait until it has ended; if {host} is down, its file server frees the lock within minutes"


def _told(holder: Path) -> dict[str, Any]:
    """Return what the holder left; nothing where it has not come to that yet, or was killed while it wrote."""
    try:
        told = json.loads(holder.read_text())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _describe(told: dict[str, Any]) -> str:
    try:
        age = console.seconds(max(0.0, time.time() - told["since"]))
        return f"{told['stage']}, process {told['pid']} on {told['host']}, for {age}"
    except (KeyError, TypeError):
        return "it has just begun"
