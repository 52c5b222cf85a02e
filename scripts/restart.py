"""Start the stack again as it is, and wait until it is healthy.

The containers stay the same: what changed in settings or images since comes with `invoke deploy` alone.
"""

import argparse
from collections.abc import Sequence

from scripts.lib import cli, console, shell
from scripts.lib.cli import Done
from scripts.lib.commands import compose
from scripts.lib.deploy import deployments, restoring, stack, starting
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.deployments import Deployment
from scripts.lib.deploy.stack import Service
from scripts.lib.deploy.target import Target
from scripts.lib.errors import GateRefused
from scripts.lib.settings.selection import Selection


def restart(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  the form of every stage
    """Restart every container of the stack."""
    target = targets.of(selection)
    stack.require(target.stack)
    with deployments.lock(selection.product.product, target.stack, "restart") as store:
        restoring.require_ended(target.stack)
        found, history = stack.require(target.stack), store.all()
        stack.require_ours(target.stack, found)
        _require_proven(target, found, history)
        with console.part(f"restart {target.stack}"):
            shell.run(compose.restart(target.stack), cwd=selection.checkout.root)
            seconds = starting.await_healthy(target, {})
    console.result(target.url)
    return Done(f"{target.stack} serves at {target.url}, healthy after {console.seconds(seconds)}")


def _require_proven(target: Target, found: Sequence[Service], history: Sequence[Deployment]) -> None:
    """Raise GateRefused where the containers are those of a deploy that did not end well."""
    last = deployments.last_switched(history)
    if last is None or last.outcome == "done":
        return
    if {image.image_id for image in last.images.values()} <= {one.image_id for one in found}:
        raise GateRefused(
            f"the containers of {target.stack} are those of a deploy that did not end well: {last.says}",
            hint=f"run: invoke deploy {last.environment}",
        )


if __name__ == "__main__":
    cli.main("restart", restart, __doc__)
