"""`look` says what would be done, `move` does it, `clear` ends it: what `invoke migrate` runs in a container."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from . import old as old_stack
from .answer import Answer
from .looking import Look, tried
from .moving import Move
from .staging import Staging

ANSWER = "answer.json"
"""File of the scratch folder in which the answer is left."""


def look(seen: Look, move: Move) -> Answer:
    """Look at everything, and try on copies what would be changed."""
    answer, verified = seen.answer, move.staging.verified()
    answer.left, answer.filled = move.staging.left(), move.staging.filled()
    seen.run()
    answer.changed = bool(verified and verified["fingerprint"] != answer.fingerprint)
    if answer.changed:
        answer.problems.append("an earlier move was broken off at its end, and the old folder was changed since")
    if not answer.problems:
        tried(seen)
    return answer


def move(seen: Look, move: Move) -> Answer:
    """Do it; what only had to be put in its place is, without looking again."""
    verified = move.staging.verified()
    if verified:
        move.settle()
        return Answer(**verified | {"left": "verified"})
    seen.run()
    if not seen.answer.problems:
        move.run()
    return seen.answer


def clear(seen: Look, move: Move) -> Answer:
    """Remove the working folders."""
    move.staging.clear()
    return seen.answer


ACTS: Mapping[str, Callable[[Look, Move], Answer]] = {"look": look, "move": move, "clear": clear}


def main(act: str, given: Mapping[str, str]) -> None:
    """Run one act; `given` are the variables with the places, the owner and the new stack's settings."""
    scratch, new = Path(given["MIGRATION_SCRATCH"]), Path(given["MIGRATION_NEW"])
    volumes = {path.name: path for path in sorted(new.iterdir())}
    user, _, group = given["MIGRATION_OWNER"].partition(":")
    seen = Look(old_stack.read(Path(given["MIGRATION_OLD"]), given["MIGRATION_FROM"]), given, scratch)
    answer = ACTS[act](seen, Move(seen, Staging(volumes), volumes, int(user), int(group or user)))
    part = scratch / f"{ANSWER}.part"
    part.write_text(json.dumps(answer.data()))
    part.rename(scratch / ANSWER)


if __name__ == "__main__":
    main(sys.argv[1], os.environ)
