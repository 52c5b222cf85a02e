"""Which process made a container: told by its labels, so that what a dead one left can be told and removed."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from scripts.lib import engine
from scripts.lib.engine import Labels

PREFIX = "graft.holder."


def labels(work: str) -> dict[str, str]:
    """Return labels that name this process and what it does: where it runs, its number, and when it began."""
    facts = {"work": work, "process": str(os.getpid()), **_place()}
    facts |= {"began": _began(os.getpid()) or "", "since": datetime.now(UTC).isoformat(timespec="seconds")}
    return {PREFIX + name: value for name, value in facts.items()}


def words(found: Labels) -> str:
    """Word who made it, and when."""
    work, process, host, since = (found.get(PREFIX + name, "?") for name in ("work", "process", "host", "since"))
    return f"{work}, process {process} on {host}, since {since}"


def has_ended(found: Labels) -> bool:
    """Tell whether the process certainly has ended; of another machine or another space of process numbers, unknown."""
    process, here = found.get(f"{PREFIX}process", ""), _place()
    same = {name for name, value in here.items() if value and found.get(PREFIX + name) == value}
    if "namespace" not in same or not process.isdigit():
        return False
    if "boot" in same:
        return _began(int(process)) != found.get(f"{PREFIX}began")
    return {"machine", "host"} <= same


def remove_left(wanted: Labels) -> list[str]:
    """Remove the containers with these labels whose processes have ended; returns who they were."""
    left = []
    for container in engine.labelled("container", wanted):
        found = engine.labels_of(container)
        if found is not None and has_ended(found):
            engine.remove(container)
            left.append(words(found))
    return left


def _place() -> dict[str, str]:
    """Where process numbers mean something: this machine since it was started, and the namespace of the numbers."""
    machine = Path("/etc/machine-id")
    return {
        "host": socket.gethostname(),
        "machine": machine.read_text().strip() if machine.exists() else "",
        "boot": Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "namespace": str(Path("/proc/self/ns/pid").readlink()),
    }


def _began(process: int) -> str | None:
    """When a process began, in the kernel's clock; None where there is none."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return None
