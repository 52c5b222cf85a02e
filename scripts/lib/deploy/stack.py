"""A stack on this machine's engine: its containers, what serves, and waiting until it does."""

import ssl
import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from scripts.lib import engine
from scripts.lib.errors import CommandFailed, RecordMissing, SettingsInvalid
from scripts.lib.secret import Secret, redact

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
Trust = Callable[[], ssl.SSLContext]
"""Says which certificates are believed now."""
OURS = "graft.stack"
"""Label that a product's compose files give to every service."""
POLL = 0.1
"""Seconds between two looks at a condition."""
TAIL = 25
"""Lines of a container's log that are shown."""


@dataclass(frozen=True)
class Service:
    """One container of a stack."""

    service: str
    container: str
    """Its id."""
    name: str
    ours: bool
    """A deploy made it, not somebody who used compose by hand."""
    image_id: str | None
    ports: frozenset[int]
    state: engine.State


def services(stack: str, made_of: Callable[[str], engine.Made | None] = engine.find_made) -> list[Service]:
    """Return the containers of a stack, running or not; none where it was never started.

    `made_of` says what a container was made from; a cached one where the same are looked at again and again.
    """
    found = []
    for container in engine.labelled("container", {PROJECT: stack}):
        state = engine.state(container)
        made = made_of(container) if state else None
        if state and made:
            service = made.labels.get(SERVICE, made.name)
            one = Service(service, container, made.name, OURS in made.labels, made.image_id, made.ports, state)
            found.append(one)
    return sorted(found, key=lambda one: one.service)


def require(stack: str) -> list[Service]:
    """Return the containers of a stack; raises RecordMissing where there are none."""
    found = services(stack)
    if not found:
        raise RecordMissing(f"the stack {stack} was never started here", hint="run: invoke deploy ENVIRONMENT")
    return found


def foreign(stack: str, found: Sequence[Service]) -> list[str]:
    """Return that a compose project has containers of somebody else, where it has."""
    theirs = [one.name for one in found if not one.ours]
    return [f"the compose project {stack} has containers that no deploy made: {', '.join(theirs)}"] if theirs else []


def require_ours(stack: str, found: Sequence[Service]) -> None:
    """Raise SettingsInvalid where a compose project has containers of somebody else, whom compose would end."""
    if problems := foreign(stack, found):
        raise SettingsInvalid(
            problems,
            hint="start them under another project's name, or set deploy.stack of the environment to another one; "
            "to take over data: invoke deploy --adopt VOLUME",
        )


def run_exactly(found: Sequence[Service], wanted: Mapping[str, str]) -> list[str]:
    """Return where the running containers are not what they must be; `wanted` is service -> image ID."""
    running = {one.service: one.image_id for one in found if one.state.running}
    return [
        f"{service} runs {running.get(service) or 'nothing'}, it must be {image_id}"
        for service, image_id in sorted(wanted.items())
        if running.get(service) != image_id
    ]


def answers(url: str | None, trust: Trust | None = None) -> bool:
    """Tell whether an address answers well now; where there is none, nothing says that it does not.

    `trust` says which certificates are believed, where it is not only everybody's.
    """
    import httpx

    if url is None:
        return True
    try:
        verify = trust() if trust and url.startswith("https:") else True
        return httpx.get(url, timeout=2, trust_env=False, verify=verify).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def restarted(stack: str) -> dict[str, int]:
    """Return how often each running container of a stack has been started again after it ended by itself."""
    return {one.container: one.state.restarts for one in services(stack) if one.state.running}


def watch(stack: str, before: Mapping[str, int], secrets: tuple[Secret, ...]) -> Callable[[], None]:
    """Return what looks at a stack while compose is still starting it, once whenever it is called.

    It raises CommandFailed, with the last lines of the log, where a container fails. `before` is what `restarted` said;
    those containers may be on their way out.
    """
    made_of = cache(engine.find_made)
    return lambda: _require_none_failed(services(stack, made_of), before, secrets)


def _require_none_failed(found: Sequence[Service], before: Mapping[str, int], secrets: tuple[Secret, ...]) -> None:
    for one in found:
        if one.state.restarts > before.get(one.container, 0):
            raise _failed(one, f"ended{_code(one)} before it was healthy", secrets)
        if one.container not in before:
            _require_not_unhealthy(one, secrets)


def await_healthy(
    stack: str,
    url: str | None,
    seconds: float,
    *,
    front: Set[str],
    restarts: Mapping[str, int],
    secrets: tuple[Secret, ...],
    trust: Trust | None = None,
) -> float:
    """Wait until `url` answers and the check of every service but the `front` ones, which answer there, is well.

    Returns the seconds that took. `restarts` says how often containers had ended by themselves before (by id). Raises
    CommandFailed with the last lines of the log, without `secrets`, where one ends now, and after `seconds`.
    """
    began, made_of = time.monotonic(), cache(engine.find_made)
    while time.monotonic() < began + seconds:
        found = services(stack, made_of)
        for one in found:
            if one.state.restarts > restarts.get(one.container, 0) or not one.state.running:
                raise _failed(one, f"ended{_code(one)} before it was healthy", secrets)
            _require_not_unhealthy(one, secrets)
        starting = [one for one in found if one.state.health == "starting" and one.service not in front]
        if found and not starting and answers(url, trust):
            return time.monotonic() - began
        time.sleep(POLL)
    found = services(stack)
    problem = f"did not answer well at {url} within {seconds:.0f} s" if url else f"is not there after {seconds:.0f} s"
    late = next((one for one in found if one.state.health == "starting" and one.service not in front), None)
    if late and answers(url, trust):
        raise _failed(late, f"was not healthy within {seconds:.0f} s", secrets)
    raise _failed(found[0], problem, secrets) if found else CommandFailed(f"{stack} {problem}", hint="docker ps -a")


def _require_not_unhealthy(one: Service, secrets: tuple[Secret, ...]) -> None:
    if one.state.running and one.state.health == "unhealthy":
        raise _failed(one, f"is unhealthy: {one.state.probe or 'no answer'}", secrets)


def _code(one: Service) -> str:
    """Word how a container ended; one that the engine has started again by now no longer tells."""
    memory = " (out of memory)" if one.state.out_of_memory else ""
    return memory if one.state.running else f" with exit code {one.state.exit_code}{memory}"


def _failed(one: Service, problem: str, secrets: tuple[Secret, ...]) -> CommandFailed:
    said = redact(engine.logs(one.container), secrets)
    tail = [line for line in said.splitlines() if line.strip()][-TAIL:]
    return CommandFailed([f"{one.service} {problem}", *(f"  {line}" for line in tail)], hint="run: invoke logs")
