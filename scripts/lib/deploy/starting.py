"""Starts a target's stack and waits until it is well."""

from collections.abc import Mapping

from scripts.lib import shell
from scripts.lib.commands import compose
from scripts.lib.deploy import stack, trust
from scripts.lib.deploy.target import Target
from scripts.lib.errors import CommandFailed
from scripts.lib.secret import Secret


def up(target: Target, environment: Mapping[str, str | Secret], *more: str) -> dict[str, int]:
    """Bring the stack to what its files say, with `more` options; returns what `await_healthy` takes.

    `environment` is all that compose is given. Compose starts a service when those that it depends on are healthy,
    which takes its time. Raises CommandFailed, with the last lines of the log, where a container fails meanwhile.
    """
    secrets = tuple(value for value in environment.values() if isinstance(value, Secret))
    before = stack.restarted(target.stack)
    watch = stack.watch(target.stack, before, secrets)
    argv = compose.without(target.strangers(environment), [*compose.up(target.command), *more])
    seconds = target.start_seconds + target.stop_seconds
    try:
        shell.run(argv, env=environment, stdin=target.overlay, hint="run: invoke logs", timeout=seconds, watch=watch)
    except CommandFailed:
        watch()  # which says more, where it is a container that failed
        raise
    return before


def await_healthy(target: Target, restarts: Mapping[str, int]) -> float:
    """Wait until the stack is healthy; returns the seconds that took, raises CommandFailed at the deadline.

    `restarts`: container -> how often it had been started again before.
    """
    # what stands alone is well when it answers; of several, the check of each one knows of the others
    front = set(target.services_of(target.settings.front)) if len(target.runs) == 1 else set()
    seconds, secrets = target.start_seconds, target.secrets()
    return stack.await_healthy(
        target.stack,
        target.health,
        seconds,
        front=front,
        restarts=restarts,
        secrets=secrets,
        trust=trust.of(target),
    )


def answers(target: Target) -> bool:
    """Tell whether it answers well now."""
    return stack.answers(target.health, trust.of(target))
