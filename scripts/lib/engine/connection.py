"""The connection to the engine: one client, and its failures as ours."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache

import docker
from docker.client import DockerClient
from docker.errors import APIError, DockerException, ImageNotFound
from requests.exceptions import RequestException, Timeout

from scripts.lib.errors import CommandFailed, ResourceMissing

TIMEOUT = 60
"""Seconds that the engine may take for one answer."""
NOT_RUNNING = "start Docker (`sudo systemctl start docker`, or run scripts/bootstrap), then run the task again"
NOT_ALLOWED = "let this user use Docker: `sudo usermod -aG docker $USER`, log out and in, then run the task again"
Labels = Mapping[str, str]


@lru_cache(maxsize=1)
def client() -> DockerClient:
    """Connect to the engine; raises ResourceMissing, with the way out, where it does not run or is not allowed."""
    try:
        return docker.from_env(timeout=TIMEOUT)
    except DockerException as error:
        raise _unreachable(error) from None


def _unreachable(error: Exception) -> ResourceMissing:
    if "Permission denied" in str(error) or "PermissionError" in str(error):
        return ResourceMissing("this user may not use Docker's socket", hint=NOT_ALLOWED)
    return ResourceMissing(f"Docker is not running: {error}", hint=NOT_RUNNING)


@contextlib.contextmanager
def asked(what: str) -> Iterator[DockerClient]:
    """Give the client; turn what the engine refuses into CommandFailed and a lost engine into ResourceMissing."""
    engine = client()
    try:
        yield engine
    except ImageNotFound as error:
        raise ResourceMissing(f"{what}: {error.explanation}", hint="run: invoke build") from None
    except APIError as error:
        raise CommandFailed(f"{what}: {error.explanation or error}", hint="see what the engine says above") from None
    except Timeout:
        raise CommandFailed(f"{what}: the engine did not answer within {TIMEOUT} s", hint=NOT_RUNNING) from None
    except RequestException as error:
        raise _unreachable(error) from None


def pairs(labels: Labels) -> list[str]:
    """Word a filter; an empty value stands for any."""
    return [f"{name}={value}" if value else name for name, value in labels.items()]


def root_folder() -> str:
    """Return the folder in which the engine keeps its images, on the engine's machine."""
    with asked("ask the engine") as engine:
        return str(engine.info()["DockerRootDir"])


def architecture() -> str:
    """Return what the engine's machine is, as images say it: amd64, arm64."""
    with asked("ask the engine") as engine:
        return str(engine.version()["Arch"])


def now() -> datetime:
    """Return the time by the engine's clock, in UTC; to the second."""
    with asked("ask the engine") as engine:
        told = str(engine.info()["SystemTime"])
    return datetime.fromisoformat(told[:19] + "+00:00") if told.endswith("Z") else datetime.fromisoformat(told)


def machine() -> tuple[int, int]:
    """Return how many cores and how many bytes of memory the engine's machine has."""
    with asked("ask the engine") as engine:
        told = engine.info()
    return int(told["NCPU"]), int(told["MemTotal"])
