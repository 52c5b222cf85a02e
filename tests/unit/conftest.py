"""Unit tests cannot reach the world even by mistake: no socket of any kind, no process, no settings of the caller."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.trees import StepCase

AStep = Callable[..., StepCase]


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


@pytest.fixture
def a_step(tmp_path: Path) -> AStep:
    """Gives a step of a product's set, to be tried on a tree of a few lines: `a_step("lusochat", "title")`."""

    def chosen(product: str, step: str, version: str = "1.0.0") -> StepCase:
        return StepCase(product, step, version, tmp_path)

    return chosen
