"""Which process made a container: told by its labels, so that what a dead one left can be told and removed."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from scripts.lib import engine
from scripts.lib.engine import Labels

PREFIX = "graft.holder."


def labels(work: str) -> dict[str, str]:
    """Return labels that name this process and what it does: the machine, the number, and when it began."""
    facts = {"work": work, "host": socket.gethostname(), "machine": _machine(), "process": str(os.getpid())}
    facts |= {"began": _began(os.getpid()) or "", "since": datetime.now(UTC).isoformat(timespec="seconds")}
    return {PREFIX + name: value for name, value in facts.items()}


def words(found: Labels) -> str:
    """Word who made it, and when."""
    work, process, host, since = (found.get(PREFIX + name, "?") for name in ("work", "process", "host", "since"))
    return f"{work}, process {process} on {host}, since {since}"


def has_ended(found: Labels) -> bool:
    """Tell whether the process certainly has ended; of another machine, or this one before it was started, unknown."""
    process = found.get(f"{PREFIX}process", "")
    ours = found.get(f"{PREFIX}machine") == _machine() and process.isdigit()
    return ours and _began(int(process)) != found.get(f"{PREFIX}began")


def remove_left(wanted: Labels) -> list[str]:
    """Remove the containers with these labels whose processes have ended; returns who they were."""
    left = []
    for container in engine.labelled("container", wanted):
        found = engine.labels_of(container)
        if found is not None and has_ended(found):
            engine.remove(container)
            left.append(words(found))
    return left


def _machine() -> str:
    """This machine since it was started: process numbers mean nothing beyond."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _began(process: int) -> str | None:
    """When a process began, in the kernel's clock; None where there is none."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return None
