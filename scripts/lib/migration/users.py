"""Who still uses an old folder: containers that have it or were started from it, and programs of the machine."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from scripts.lib.engine import Made

STARTED_FROM = "com.docker.compose.project.working_dir"
PROCESSES = Path("/proc")


def of(folder: Path, containers: Iterable[Made]) -> list[Made]:
    """Return the containers, running or not, that have the folder or a part of it, or whose compose files lie in it."""
    return [one for one in containers if _uses(PurePosixPath(folder), one)]


def _uses(folder: PurePosixPath, one: Made) -> bool:
    below = [path for path in _places(one) if path.is_relative_to(folder)]
    started = one.labels.get(STARTED_FROM)
    return bool(below) or (started is not None and PurePosixPath(started).is_relative_to(folder)) or _works(folder, one)


def _places(one: Made) -> Iterator[PurePosixPath]:
    """The folders of this machine that a container has."""
    yield from (PurePosixPath(source) for source in one.mounts.values() if source.startswith("/"))


def _works(folder: PurePosixPath, one: Made) -> bool:
    """Tell whether a container that has a folder above this one works within this one."""
    for at, source in one.mounts.items():
        if source.startswith("/") and folder.is_relative_to(source):
            inside = PurePosixPath(at) / folder.relative_to(source)
            if one.folder and PurePosixPath(one.folder).is_relative_to(inside):
                return True
    return False


def running(folder: Path, containers: Iterable[Made]) -> list[str]:
    """Word which containers keep the folder from being moved."""
    return [f"{one.name} runs on {folder}" for one in of(folder, containers) if one.running]


def programs(folder: Path, processes: Path = PROCESSES) -> list[str]:
    """Word which programs of this machine have a file of the folder open, as far as this user may see."""
    found = []
    for process in processes.glob("[0-9]*"):
        if path := _open_file(folder, process):
            found.append(f"process {process.name} ({_name(process)}) has {path} open")
    return sorted(found)


def _open_file(folder: Path, process: Path) -> Path | None:
    try:
        opened = [file.readlink() for file in (process / "fd").iterdir()]
    except (PermissionError, FileNotFoundError, ProcessLookupError):  # of another user, or it has just ended
        return None
    return next((path for path in opened if path.is_relative_to(folder)), None)


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return "it has just ended"


def values(found: Iterable[Made], names: Iterable[str]) -> Mapping[str, set[str]]:
    """Return what containers have as these variables."""
    every = list(found)
    return {name: {one.environment[name] for one in every if one.environment.get(name)} for name in names}
