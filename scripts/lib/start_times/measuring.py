"""Starts a product's stack from nothing, again, and after all of it was killed, with a clock beside it."""

from collections.abc import Mapping
from pathlib import Path

from scripts.lib import engine
from scripts.lib.settings.selection import Selection
from scripts.lib.stack_stand import StackStand, stack_stand
from scripts.lib.start_times.figures import Run


def measure(selection: Selection, references: Mapping[str, str], log: Path, labels: Mapping[str, str]) -> Run:
    """Return the figures of one stack with volumes and a name of its own; the images are there already.

    Raises CommandFailed where it does not become healthy, after its logs were kept beside `log`.
    """
    with stack_stand(selection, references, log=log, labels=labels) as stack:
        cold = stack.start()
        warm = stack.restart()
        stack.kill()
        killed = stack.start()
        return Run(cold=cold, warm=warm, killed=killed, memory=_memory(stack))


def _memory(stack: StackStand) -> dict[str, int]:
    return {service: engine.memory(stack.container(service)) for service in stack.states()}
