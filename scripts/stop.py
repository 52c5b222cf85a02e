"""Stop the running stack; its containers and its data stay.

`invoke restart` or the next `invoke deploy` starts it again; a restart of the machine does not.
"""

import argparse

from scripts.lib import cli, shell
from scripts.lib.cli import Done
from scripts.lib.commands import compose
from scripts.lib.deploy import deployments, stack
from scripts.lib.deploy import target as targets
from scripts.lib.settings.selection import Selection


def stop(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  the form of every stage
    """Stop every container of the stack."""
    target = targets.of(selection)
    found = stack.require(target.stack)
    if not any(one.state.running for one in found):
        return Done(f"{target.stack} does not run, up to date", up_to_date=True)
    with deployments.lock(selection.product.product, target.stack, "stop"):
        stack.require_ours(target.stack, found)
        shell.run(compose.stop(target.stack), cwd=selection.checkout.root)
    return Done(f"{target.stack} is stopped", hint="invoke restart")


if __name__ == "__main__":
    cli.main("stop", stop, __doc__)
