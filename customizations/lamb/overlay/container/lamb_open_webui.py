"""What LAMB needs of Open WebUI, whose database it reads and writes: that it has migrated it, and with which tables."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from own_settings import is_on
from surroundings import answer_problem, columns

DATABASE = "webui.db"
USED: Mapping[str, frozenset[str]] = {
    "auth": frozenset({"id", "email", "password", "active"}),
    "user": frozenset({"id", "name", "email", "role", "profile_image_url", "settings", "last_active_at"}),
    "group": frozenset({"id", "user_id", "name", "permissions", "user_ids"}),
    "model": frozenset({"id", "user_id", "base_model_id", "name", "access_control", "is_active"}),
    "config": frozenset({"id", "data"}),
}
"""Table -> columns that LAMB's code names. A later Open WebUI keeps a group's users elsewhere."""
TOLD_EACH = 10.0
POLL = 0.25


def database(environment: Mapping[str, str]) -> Path:
    """Return the place of Open WebUI's database as this container sees it."""
    return Path(environment["OWI_PATH"]) / DATABASE


def is_read_only(environment: Mapping[str, str]) -> bool:
    """Tell whether LAMB is meant to only read it: then the accounts of people in Open WebUI are not LAMB's to make."""
    return is_on(environment, "LAMB_OWI_READ_ONLY")


def problem(environment: Mapping[str, str]) -> str | None:
    """Tell why Open WebUI cannot be worked with yet.

    It serves only when its migrations are through, so an answer says that they are; the tables, that it is this
    database which it migrated.
    """
    path = database(environment)
    unanswered = answer_problem(f"{environment['OWI_BASE_URL'].rstrip('/')}/health/db", b"true")
    if unanswered:
        return unanswered
    if not path.is_file():
        return f"{path}: is missing, though Open WebUI answers; its data must be mounted here"
    lacking = [f"{table}.{one}" for table, used in USED.items() for one in sorted(used - columns(path, table))]
    return f"{path}: has no {', '.join(lacking)}; it is not the database of Open WebUI 0.5.6" if lacking else None


def wait(
    environment: Mapping[str, str],
    ask: Callable[[Mapping[str, str]], str | None] = problem,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Return when Open WebUI can be worked with; says every ten seconds what is missing, and for how long."""
    began = clock()
    told_at = began - TOLD_EACH
    while (why := ask(environment)) is not None:
        now = clock()
        if now - told_at >= TOLD_EACH:
            print(f"lamb: waits for Open WebUI since {now - began:.0f} s: {why}", flush=True)
            told_at = now
        pause(POLL)
