"""Holds each stage in the midst of its work, by what it works with: its server, its git, its engine, its image."""

import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.lib import engine
from tests.faults.conftest import registry_of, start_registry
from tests.faults.proxy import Fault, proxy
from tests.integration.test_line import Line, edit
from tests.integration.web import web

GIT = """#!/bin/sh
case " $* " in *" $HELD_GIT "*)
  touch "$HOLDS"
  while [ -e "$HOLDS" ]; do sleep 0.1; done ;;
esac
exec {git} "$@"
"""


@dataclass(frozen=True)
class Held:
    """How a run of a stage is held, and when it is."""

    at_work: Callable[[], bool]
    variables: dict[str, str] = field(default_factory=dict)


@contextmanager
def fetch(line: Line) -> Iterator[Held]:
    """Half of the upstream has arrived."""
    settings = line.customizations / "product.yaml"
    upstream = line.root / "upstream"
    with web() as server, proxy(int(server.address.rpartition(":")[2])) as before:
        server.pages |= {f"/{file.name}": file.read_bytes() for file in upstream.iterdir()}
        lock = line.customizations / "upstream.lock.yaml"
        for file in (settings, lock):
            file.write_text(file.read_text().replace(" upstream/", f" http://127.0.0.1:{before.port}/"))
        before.faults.append(Fault("GET .*tar.gz", "hold"))
        shutil.rmtree(line.cache / "sha256", ignore_errors=True)
        yield Held(before.holds.is_set)
        for file in (settings, lock):
            file.write_text(file.read_text().replace(f" http://127.0.0.1:{before.port}/", " upstream/"))


@contextmanager
def _git(line: Line, command: str) -> Iterator[Held]:
    """A git is about to do this."""
    programs, holds = line.root.parent / "programs", line.root.parent / "git-is-held"
    programs.mkdir(exist_ok=True)
    (programs / "git").write_text(GIT.format(git=shutil.which("git")))
    (programs / "git").chmod(0o755)
    path = f"{programs}:{line.variables['PATH']}"
    yield Held(holds.exists, {"PATH": path, "HELD_GIT": command, "HOLDS": str(holds)})
    holds.unlink(missing_ok=True)


@contextmanager
def validate(line: Line) -> Iterator[Held]:
    """The upstream's files are being read."""
    with _git(line, "cat-file") as held:
        yield held


@contextmanager
def customize(line: Line) -> Iterator[Held]:
    """The commits are written, the files are not."""
    with _git(line, "reset") as held:
        yield held


@contextmanager
def build(line: Line) -> Iterator[Held]:
    """A step of the Dockerfile runs."""
    dockerfile, good = line.customizations / "release/Dockerfile", ""
    good = dockerfile.read_text()
    step = f"sleep 3{secrets.randbelow(10**8):08}"
    dockerfile.write_text(f"{good}RUN --network=none {step}\n")
    yield Held(lambda: runs(step))
    dockerfile.write_text(good)


def runs(command: str) -> bool:
    """Tell whether a program with this command line runs on this machine, in a container or not."""
    words = command.replace(" ", "\0").encode() + b"\0"
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if process.read_bytes() == words:
                return True
        except OSError:
            continue
    return False


@contextmanager
def smoke(line: Line) -> Iterator[Held]:
    """The container starts; it has a network and a volume of its own."""
    settings = line.customizations / "product.yaml"
    if "volumes:" not in settings.read_text():
        edit(settings, "      tmpfs: [/tmp]", "      tmpfs: [/tmp]\n      volumes: [/data]")
    yield Held(lambda: any(_started(c) for c in engine.labelled("container", {"graft.product": line.product})))


def _started(container: str) -> bool:
    state = engine.state(container)
    return state is not None and state.running


@contextmanager
def gate(line: Line) -> Iterator[Held]:
    """The engine is asked whether it still has the image, and does not answer."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0.01)
        asked: list[socket.socket] = []

        def is_asked() -> bool:
            try:
                asked.append(silent.accept()[0])
            except TimeoutError:
                return bool(asked)
            return True

        yield Held(is_asked, {"DOCKER_HOST": f"tcp://127.0.0.1:{silent.getsockname()[1]}"})
        for connection in asked:
            connection.close()


@contextmanager
def publish(line: Line) -> Iterator[Held]:
    """Half of a part of a layer has arrived."""
    settings = registry_of(line)
    start_registry(settings, line.root.parent)
    embedded, remote = line.environment.read_text(), "registry: {kind: remote, host: 'localhost:%d', insecure: true}\n"
    head, rest = embedded.split("registry:\n")
    with proxy(line.port) as before:
        before.faults.append(Fault("PATCH ", "hold"))
        line.environment.write_text(f"{head}{remote % before.port}{rest[rest.index('limits:') :]}")
        yield Held(before.holds.is_set)
        line.environment.write_text(embedded)


HELD = {one.__name__: one for one in (fetch, validate, customize, build, smoke, gate, publish)}
