"""What a machine must have free before a large piece of work begins."""

import shutil
from pathlib import Path

from scripts.lib import console
from scripts.lib.errors import ResourceMissing

MEMORY = Path("/proc/meminfo")


HINT = "free some: invoke clean, docker system prune, or stop other programs"


def require(folder: Path, disk: int, memory: int, *, hint: str = HINT) -> None:
    """Raise ResourceMissing, with the figures, where less is free. `disk` and `memory` are bytes.

    What cannot be seen from here (an engine on another machine, another system than Linux) is not asked for.
    """
    problems = []
    free = shutil.disk_usage(folder).free if folder.is_dir() else disk
    if free < disk:
        problems.append(f"{console.size(free)} of disk are free at {folder}, {console.size(disk)} are needed")
    available = free_memory()
    if available is not None and available < memory:
        problems.append(f"{console.size(available)} of memory are free, {console.size(memory)} are needed")
    if problems:
        raise ResourceMissing(problems, hint=hint)


def free_memory() -> int | None:
    """Return the memory that programs could still take, in bytes; None where the system does not say."""
    if not MEMORY.is_file():
        return None
    facts = dict(line.split(":", 1) for line in MEMORY.read_text().splitlines())
    return int(facts["MemAvailable"].split()[0]) * 1024
