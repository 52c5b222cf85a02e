"""Words docker commands that have no counterpart in the engine's API which is as simple."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.lib import loopback


def pull(reference: str) -> list[str]:
    """Bring an image from its registry."""
    return ["docker", "pull", "--quiet", reference]


def import_archive(
    archive: Path, reference: str, environment: Mapping[str, str], labels: Mapping[str, str], changes: Sequence[str]
) -> list[str]:
    """Make an image of a root file system; `changes` are further lines as a Dockerfile has them."""
    lines = [f"ENV {name}={value}" for name, value in environment.items()]
    lines += [f"LABEL {name}={value}" for name, value in labels.items()]
    words = [word for line in [*lines, *changes] for word in ("--change", line)]
    return ["docker", "import", *words, str(archive), reference]


def run(name: str, reference: str, *, port: int, volumes: Sequence[str] = ()) -> list[str]:
    """Start an image for good: its port on this machine alone, its data in volumes named after the container."""
    argv = ["docker", "run", "--detach", "--name", name, "--restart", "unless-stopped"]
    argv += ["--publish", f"{loopback.ADDRESS}:{port}:{port}"]
    for number, path in enumerate(volumes, 1):
        argv += ["--volume", f"{name}{number if number > 1 else ''}:{path}"]
    return [*argv, reference]
