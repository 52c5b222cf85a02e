"""Words docker compose's command lines for one stack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Stack:
    """What compose is told about a stack."""

    name: str
    files: Sequence[Path]
    env_file: Path


def up(stack: Stack) -> list[str]:
    """Bring the stack to what its files say; a service to which nothing changed is left alone."""
    return [*_whole(stack), "up", "--detach", "--no-build", "--pull=never", "--remove-orphans"]


def config(stack: Stack) -> list[str]:
    """Print the files as compose understands them, with every variable replaced."""
    return [*_whole(stack), "config", "--format=json"]


def stop(name: str, *services: str) -> list[str]:
    """End the containers of a running stack, or of these services; they stay, and so does their data."""
    return [*_project(name), "stop", *services]


def kill(name: str, *services: str) -> list[str]:
    """End them by force."""
    return [*_project(name), "kill", *services]


def start(name: str) -> list[str]:
    """Start the containers of a stopped stack as they are."""
    return [*_project(name), "start"]


def restart(name: str) -> list[str]:
    """End and start the containers of a stack as they are."""
    return [*_project(name), "restart"]


def down(name: str) -> list[str]:
    """Remove the containers and networks of a stack; its volumes stay."""
    return [*_project(name), "down"]


def execute(name: str, service: str, argv: Sequence[str], *, user: str | None = None) -> list[str]:
    """Run a program in the running container of a service."""
    return [*_project(name), "exec", "--no-TTY", *([f"--user={user}"] if user else []), service, *argv]


def logs(name: str, *, lines: int, follow: bool) -> list[str]:
    """Print the last lines of every container, and go on where `follow` says so."""
    argv = [*_project(name), "logs", "--no-color", f"--tail={lines}"]
    return [*argv, "--follow"] if follow else argv


def without(variables: Sequence[str], argv: Sequence[str], given: Mapping[str, str] = _NONE) -> list[str]:
    """Run a command without these variables of the caller's, which compose would prefer to those of the file.

    `given` are variables to run it with.
    """
    words = [*(f"--unset={name}" for name in variables), *(f"{name}={value}" for name, value in given.items())]
    return ["env", *words, *argv] if words else [*argv]


def _project(name: str) -> list[str]:
    return ["docker", "compose", "--ansi=never", f"--project-name={name}"]


def _whole(stack: Stack) -> list[str]:
    return [*_project(stack.name), *(f"--file={file}" for file in stack.files), f"--env-file={stack.env_file}"]
