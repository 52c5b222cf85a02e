"""A registry for one run of the line: a free port and a name that no other run has."""

import secrets
import socket
from pathlib import Path

import yaml

from scripts.lib import shell


def give(environment: Path) -> tuple[str, int]:
    """Write it into the settings of an environment that has an embedded one, and return its name and port."""
    settings = yaml.safe_load(environment.read_text())
    assert settings["registry"]["kind"] == "embedded", f"{environment} has no embedded registry"
    name, port = f"graft-own-registry-{secrets.token_hex(3)}", free_port()
    settings["registry"] |= {"name": name, "port": port}
    environment.write_text(yaml.safe_dump(settings))
    return name, port


def remove(name: str) -> None:
    """Remove its container and its data."""
    shell.run(["docker", "rm", "--force", "--volumes", name], accept=(0, 1))
    shell.run(["docker", "volume", "rm", "--force", name], accept=(0, 1))


def forget(place: str) -> None:
    """Let this machine's engine forget what it pulled from a registry, `HOST:PORT`, that goes."""
    shown = "{{.Repository}} {{.Tag}} {{.Digest}}"
    listed = shell.run(["docker", "image", "ls", "--all", "--digests", f"--format={shown}"]).output
    for repository, tag, digest in (line.split() for line in listed.splitlines()):
        names = {f"{repository}:{tag}", f"{repository}@{digest}"} if repository.startswith(f"{place}/") else ()
        for name in sorted(one for one in names if not one.endswith("<none>")):
            done = shell.run(["docker", "image", "rm", name], accept=(0, 1))
            # The last name of a repository takes its digest along.
            assert done.code == 0 or "No such image" in done.errors, done.errors


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
