"""Unit tests cannot reach the world even by mistake: no socket of any kind, no process, no settings of the caller."""

import os
import subprocess
from typing import Any, NoReturn

import pytest


class WorldReached(BaseException):
    """A unit test tried to start a process. A BaseException, so that no `except Exception` hides it."""


@pytest.fixture(autouse=True)
def _no_world(socket_disabled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **_: Any) -> NoReturn:
        raise WorldReached(f"a unit test started a process: {args[1:] or args}")

    monkeypatch.setattr(subprocess.Popen, "__init__", refuse)
    for name in ("fork", "posix_spawn", "posix_spawnp", "system", "execv", "execve"):
        monkeypatch.setattr(os, name, refuse)
    for name in ("PRODUCT", "ENVIRONMENT", "CHECKOUT", "CACHE", "DOCKER_HOST"):
        monkeypatch.delenv(name, raising=False)
