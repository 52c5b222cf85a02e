"""What a migration has to do, decided from what was looked at: pure, nothing is asked and nothing is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scripts.lib.errors import SettingsInvalid
from scripts.lib.migration.answer import Answer, Migration

SHOWN = 3
"""Names of a full volume that are told."""


@dataclass(frozen=True)
class Seen:
    """An old folder and a target as they are."""

    source: str
    stack: str
    last: Migration | None
    """The last one into this target."""
    old_runs: Sequence[str]
    """What still uses the old folder."""
    new_runs: Sequence[str]
    """What still uses the volumes."""
    secrets: Sequence[str]
    """What is wrong with the old secrets."""
    volumes: Mapping[str, str]
    """Compose's name -> the engine's."""
    answer: Answer


def decide(seen: Seen) -> Literal["up to date", "move"]:
    """Return what is to be done; raises SettingsInvalid with everything that stands in the way."""
    if _is_done(seen):
        return "up to date"
    problems = [*seen.old_runs, *seen.new_runs, *_volumes(seen), *seen.secrets, *seen.answer.problems]
    if problems:
        raise SettingsInvalid(problems, hint=_hint(seen))
    return "move"


def _is_done(seen: Seen) -> bool:
    """Tell whether this folder, as it is, was moved and what was moved is still there."""
    last, answer = seen.last, seen.answer
    if last is None or last.outcome != "done" or (last.source, last.answer.fingerprint) != _identity(seen):
        return False
    return {amount.volume for amount in last.answer.amounts.values()} <= answer.filled.keys()


def _identity(seen: Seen) -> tuple[str, str]:
    return seen.source, seen.answer.fingerprint


def _volumes(seen: Seen) -> list[str]:
    if seen.answer.left == "verified":
        return []  # what lies there was put there by the run that is gone on with
    return [
        f"the volume {seen.volumes[key]} is not empty: {', '.join(names[:SHOWN])}{' …' * (len(names) > SHOWN)}"
        for key, names in sorted(seen.answer.filled.items())
    ]


def _hint(seen: Seen) -> str:
    full = _volumes(seen)
    if seen.old_runs:
        return f"stop the old stack: docker compose --project-directory {seen.source} stop"
    if full and seen.last and seen.last.outcome == "done":
        what = "as it was then" if seen.last.source == seen.source else f"from {seen.last.source}"
        return f"{seen.stack} was migrated at {seen.last.began:%Y-%m-%d %H:%M} UTC, {what}; {_anew(seen)}"
    if full:
        return f"migrate into a stack that has never run, or {_anew(seen)}"
    done = seen.last is not None and seen.last.outcome == "done"
    if seen.answer.changed and not (done or seen.secrets or seen.new_runs):
        # What was verified can only be put in its place for the folder as it was; the new stack has never run on it.
        return f"put the old folder back as it was, or {_anew(seen)}"
    return "correct what is named; nothing was changed"


def _anew(seen: Seen) -> str:
    keys = seen.volumes if seen.answer.changed else seen.answer.filled
    names = " ".join(seen.volumes[key] for key in sorted(keys))
    return f"to begin anew, and lose what is there: docker volume rm {names}"
