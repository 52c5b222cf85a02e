"""The image that users reach, as the engine has it: programs that look into the product's data run in it."""

from scripts.lib import records
from scripts.lib.deploy import entry, readiness, stack
from scripts.lib.deploy.target import Target
from scripts.lib.records import Release


def image(target: Target) -> str:
    """Return the image of its container, else that of the release, which is brought where the engine lacks it.

    Raises RecordMissing where nothing runs and nothing was published.
    """
    checkout, environment = target.selection.checkout, target.selection.environment.environment
    release = records.find(checkout, Release, environment)
    found = readiness.image(target, stack.services(target.stack), release)
    if found:
        return found
    wanted = target.images(records.need(checkout, Release, "publish", environment))[target.settings.front]
    entry.bring(target.selection, wanted)
    return wanted.reference
