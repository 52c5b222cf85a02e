"""Show what the running stack says.

The last 200 lines of every container; with --follow what comes after them too, until Ctrl-C.
"""

import argparse
import os
from pathlib import Path

from scripts.lib import cli, console, shell
from scripts.lib.cli import Done, Option
from scripts.lib.commands import compose
from scripts.lib.deploy import stack
from scripts.lib.deploy import target as targets
from scripts.lib.secret import redact
from scripts.lib.settings.selection import Selection

LINES = 200
FOLLOW = Option("--follow", "go on until Ctrl-C")


def logs(selection: Selection, given: argparse.Namespace) -> Done:
    """Print the stack's log."""
    target = targets.of(selection)
    stack.require(target.stack)
    argv = compose.logs(target.stack, lines=LINES, follow=given.follow)
    secrets = target.secrets()
    try:
        shell.follow(
            argv,
            log=Path(os.devnull),
            on_line=lambda line: console.result(redact(line, secrets)),
            cwd=selection.checkout.root,
        )
    except KeyboardInterrupt:
        if not given.follow:
            raise
    return Done(f"the log of {target.stack}")


if __name__ == "__main__":
    cli.main("logs", logs, __doc__, (FOLLOW,), locks=False)
