"""Counts who uses a running deployment, read-only from its own database."""

from dataclasses import dataclass

from scripts.lib.deploy import deployments, stack, volume_program
from scripts.lib.deploy.target import Target
from scripts.lib.errors import CommandFailed


@dataclass(frozen=True)
class EndUsers:
    """Of one deployment, in the last 30 days."""

    version: str
    """Of the upstream that runs."""
    number: int | None
    """None where it is not known."""
    because: str = ""
    """Why it is not known."""


def count(target: Target) -> EndUsers | None:
    """Return how many use what runs for an environment on this machine; None where nothing does.

    A stack that several environments name is that of the one which was deployed last.
    """
    running = [one for one in stack.services(target.stack) if one.state.running]
    last = deployments.last_switched(deployments.history(target.stack)) if running else None
    if last is None or last.environment != target.selection.environment.environment:
        return None
    asked, image = target.settings.end_users, next((one.image_id for one in running if one.image_id), None)
    if asked is None or image is None:
        return EndUsers(last.version, None, "deploy.end_users of product.yaml names no program that counts them")
    try:
        said = volume_program.answer(target, asked, image) or {}
    except CommandFailed as failure:
        return EndUsers(last.version, None, failure.problems[0])
    number = said.get("end_users")
    known = isinstance(number, int)
    return EndUsers(last.version, number if known else None, "" if known else f"{asked.program} did not say")
