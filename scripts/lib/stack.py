"""A stack on this machine's engine: its containers, what serves, and waiting until it does."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.lib import engine
from scripts.lib.errors import CommandFailed, RecordMissing

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
POLL = 0.1
"""Seconds between two looks at a condition."""
TAIL = 25
"""Lines of a container's log that are shown."""


@dataclass(frozen=True)
class Service:
    """One container of a stack."""

    service: str
    container: str
    reference: str
    image_id: str | None
    ports: frozenset[int]
    state: engine.State


def services(stack: str) -> list[Service]:
    """Return the containers of a stack, running or not; none where it was never started."""
    found = []
    for container in engine.labelled("container", {PROJECT: stack}):
        state = engine.state(container)
        if state is not None:
            made = engine.made(container)
            service = made.labels.get(SERVICE, made.name)
            found.append(Service(service, container, made.reference, made.image_id, made.ports, state))
    return sorted(found, key=lambda one: one.service)


def require(stack: str) -> list[Service]:
    """Return the containers of a stack; raises RecordMissing where there are none."""
    found = services(stack)
    if not found:
        raise RecordMissing(f"the stack {stack} was never started here", hint="run: invoke deploy ENVIRONMENT")
    return found


def run_exactly(found: Sequence[Service], wanted: Mapping[str, str]) -> list[str]:
    """Return where the running containers are not what they must be; `wanted` is service -> image ID."""
    running = {one.service: one.image_id for one in found if one.state.running}
    return [
        f"{service} runs {running.get(service) or 'nothing'}, it must be {image_id}"
        for service, image_id in sorted(wanted.items())
        if running.get(service) != image_id
    ]


def answers(url: str) -> bool:
    """Tell whether an address answers well now."""
    import httpx

    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def await_healthy(stack: str, url: str, seconds: float) -> float:
    """Wait until `url` answers and no container's own check fails; returns the seconds that took.

    Raises CommandFailed with the last lines of the log where a container ends, or after `seconds`.
    """
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        found = services(stack)
        for one in found:
            if one.state.restarts or not one.state.running:
                raise _failed(one, f"ended{_code(one)} before it was healthy")
            if one.state.health == "unhealthy":
                raise _failed(one, f"is unhealthy: {one.state.probe or 'no answer'}")
        if found and answers(url):
            return time.monotonic() - began
        time.sleep(POLL)
    found = services(stack)
    problem = f"did not answer well at {url} within {seconds:.0f} s"
    raise _failed(found[0], problem) if found else CommandFailed(f"{stack} {problem}", hint="see: docker ps -a")


def _code(one: Service) -> str:
    """Word how a container ended; one that the engine has started again by now no longer tells."""
    memory = " (out of memory)" if one.state.out_of_memory else ""
    return memory if one.state.running else f" with exit code {one.state.exit_code}{memory}"


def _failed(one: Service, problem: str) -> CommandFailed:
    tail = [line for line in engine.logs(one.container).splitlines() if line.strip()][-TAIL:]
    return CommandFailed([f"{one.service} {problem}", *(f"  {line}" for line in tail)], hint="run: invoke logs")
