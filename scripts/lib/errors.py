"""Failures: each a class with an exit code, all problems of one kind at once, and the next step as a hint.

Exit codes: 0 done, 2 settings, 3 a record is missing, 4 a tool or resource is missing, 10 a command failed,
20 a gate refused, 30 a deploy failed and the old release serves, 31 it failed and nothing serves, 70 a fault of this
project.
"""

from collections.abc import Iterable


class Failure(Exception):
    """A stage cannot go on: what is wrong (one or many lines) and what to do next."""

    exit_code = 10

    def __init__(self, problems: str | Iterable[str], *, hint: str) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        self.hint = hint
        super().__init__("\n".join(self.problems))


class SettingsInvalid(Failure):
    """What a person wrote in YAML, in the environment or on the command line does not hold."""

    exit_code = 2


class RecordMissing(Failure):
    """A stage was run without what an earlier stage leaves, or with what belongs to another run."""

    exit_code = 3


class ResourceMissing(Failure):
    """A tool, a service, disk, memory or the lock of this checkout is not to be had."""

    exit_code = 4


class CommandFailed(Failure):
    """Something was tried and did not succeed."""

    exit_code = 10


class ProjectionRefused(CommandFailed):
    """A built release cannot take every change of a tree: for strategy auto a reason to build the source."""


def disk_full(problems: str | Iterable[str]) -> ResourceMissing:
    """Return the failure of whatever found no room, with the way out."""
    return ResourceMissing(problems, hint="free some (invoke clean, docker system prune), then run the task again")


class GateRefused(Failure):
    """A check said no, or could not say yes."""

    exit_code = 20


class DeployFailed(Failure):
    """A deploy failed and the release before it serves."""

    exit_code = 30


class NothingServes(Failure):
    """A deploy failed and nothing serves."""

    exit_code = 31


class OwnFault(Failure):
    """Something that this project should have foreseen."""

    exit_code = 70
