"""Start the stack again as it is, and wait until it is healthy.

The containers stay the same: what changed in settings or images since comes with `invoke deploy` alone.
"""

import argparse

from scripts.lib import cli, console, deployments, shell, stack
from scripts.lib import target as targets
from scripts.lib.cli import Done
from scripts.lib.commands import compose
from scripts.lib.settings.selection import Selection


def restart(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  the form of every stage
    """Restart every container of the stack."""
    target = targets.of(selection)
    stack.require(target.stack)
    lock = deployments.lock(selection.product.product, target.stack, "restart")
    with lock, console.part(f"restart {target.stack}"):
        shell.run(compose.restart(target.stack), cwd=selection.checkout.root)
        seconds = stack.await_healthy(target.stack, target.health, target.start_seconds)
    console.result(target.url)
    return Done(f"{target.stack} serves at {target.url}, healthy after {console.seconds(seconds)}")


if __name__ == "__main__":
    cli.main("restart", restart, __doc__)
