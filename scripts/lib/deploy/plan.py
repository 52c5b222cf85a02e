"""What a deploy has to do, decided from what was looked at: pure, nothing is asked and nothing is changed."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from scripts.lib.deploy import deployments
from scripts.lib.deploy.deployments import Deployment
from scripts.lib.errors import SettingsInvalid


@dataclass(frozen=True)
class Seen:
    """A target as it is, and what is wanted of it."""

    product: str
    environment: str
    stack: str
    version: str
    inputs: str
    history: Sequence[Deployment]
    images: Set[str]
    """Image IDs that the stack's containers bear, running or not."""
    volumes: Set[str]
    """Copies of volumes that are still there."""
    exact: bool
    """The running containers are those that the release names."""
    answers: bool
    """The target answers well."""
    filled: Set[str]
    """Volumes that hold data."""
    half_adopted: Set[str]
    """Volumes that an adoption made and that no deploy has used since."""
    adopt: str | None
    """Volume of an older deployment that is to be taken over."""
    now: datetime


@dataclass(frozen=True)
class Plan:
    """What is to be done."""

    up_to_date: bool
    copies: dict[str, str]
    """Volume -> the volume that it is copied to before another version meets it."""
    because: str
    """Why there are copies; empty where there are none."""


def decide(seen: Seen) -> Plan:
    """Return what is to be done; raises SettingsInvalid where it must not be."""
    _require_own(seen)
    _require_whole(seen)
    last = seen.history[-1] if seen.history else None
    if last and last.outcome == "done" and last.inputs == seen.inputs and seen.exact and seen.answers:
        return Plan(True, {}, "")
    met = _version_met(seen)
    if seen.adopt or met == seen.version or not seen.filled:
        return Plan(False, {}, "")
    copies = {volume: _copy_name(volume, met, seen) for volume in sorted(seen.filled)}
    return Plan(False, copies, f"data of {met or 'an unknown version'} is to meet {seen.version}")


def carried(history: Sequence[Deployment]) -> dict[str, str]:
    """Return the copies, copy -> volume, that hold the data as they were before deploys that have failed since."""
    last = deployments.last_switched(history)
    return dict(last.copies) if last and last.outcome != "done" else {}


def _version_met(seen: Seen) -> str | None:
    """Return the version that had the data last, None where that is not certain.

    Somebody may have gone back by hand: then the containers bear other images, or the copies were used up.
    """
    last = deployments.last_switched(seen.history)
    if last is None or not {image.image_id for image in last.images.values()} <= seen.images:
        return None
    return last.version if carried(seen.history).keys() <= seen.volumes else None


def _copy_name(volume: str, met: str | None, seen: Seen) -> str:
    return f"{volume}-of-{met or 'unknown'}-before-{seen.version}-{seen.now:%Y%m%dT%H%M%SZ}".replace("+", "_")


def _require_own(seen: Seen) -> None:
    """Refuse a stack that another product or environment has."""
    others = [one for one in seen.history if (one.product, one.environment) != (seen.product, seen.environment)]
    if others:
        raise SettingsInvalid(
            f"the stack {seen.stack} is that of {others[-1].product} in environment {others[-1].environment}",
            hint=f"set deploy.stack in compose/environments/{seen.environment}.yaml to another name",
        )


def _require_whole(seen: Seen) -> None:
    """Refuse to adopt over data, and to start over half of an adoption."""
    kept = sorted(seen.filled - seen.half_adopted)
    if seen.adopt and kept:
        raise SettingsInvalid(
            f"{', '.join(kept)} has data already, so nothing can be adopted", hint="leave out --adopt"
        )
    if seen.half_adopted and not seen.adopt:
        raise SettingsInvalid(
            f"the adoption into {', '.join(sorted(seen.half_adopted))} was not ended",
            hint="run the deploy with --adopt again; what is there is kept in a volume beside it",
        )
