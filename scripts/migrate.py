"""Move the data of an older stack, which wrote into folders of this machine, into the environment's volumes.

The old folder is mounted read-only and stays as it is, also for going back. Refused, with all reasons at once, while
the old stack runs, where a volume is not empty, or where something is not there. Everything is copied into working
folders, rewritten and verified there, and then put in its place at once; what a broken-off run left, the next one
clears or ends. With everything moved a further run changes nothing. --dry-run shows all of it, and changes nothing.
"""

import argparse

from scripts.lib import cli
from scripts.lib.cli import Done, Option
from scripts.lib.errors import SettingsInvalid
from scripts.lib.migration import entry
from scripts.lib.settings.selection import Selection

FROM = Option("--from", "the folder of the old stack", "PATH")
DRY_RUN = Option("--dry-run", "show what would be done")


def migrate(selection: Selection, given: argparse.Namespace) -> Done:
    """Move the data, or show what would be moved."""
    source: str | None = vars(given)["from"]
    if not source:
        raise SettingsInvalid("say which folder holds the old stack", hint="run: invoke migrate --from PATH --dry-run")
    return entry.migrate(selection, source, dry_run=given.dry_run)


if __name__ == "__main__":
    cli.main("migrate", migrate, __doc__, (FROM, DRY_RUN))
