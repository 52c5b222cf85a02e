"""Start the release that was published for the environment, and prove it where users reach it.

The images are pulled by digest. Data that another version would meet are copied first. The stack is healthy before its
deadline and shows its digest and its name, or the deploy fails: with exit code 30 where the release before still
serves, with 31 where nothing does. With nothing new nothing is changed. Deployments, their lock and their history are
kept in the volume STACK-deployments of the target.
"""

import argparse

from scripts.lib import cli
from scripts.lib.cli import Done, Option
from scripts.lib.deploy import entry
from scripts.lib.deploy.run import Wish
from scripts.lib.settings.selection import Selection

ADOPT = Option("--adopt", "take over the data and the secret of an older deployment, whose volume this is", "VOLUME")


def deploy(selection: Selection, given: argparse.Namespace) -> Done:
    """Deploy the environment's release by hand."""
    return entry.deploy(selection, Wish(adopt=given.adopt))


if __name__ == "__main__":
    cli.main("deploy", deploy, __doc__, (ADOPT,))
