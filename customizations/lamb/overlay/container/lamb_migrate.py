"""Brings LAMB's database to this version: once, in one process, before any worker starts.

Run in the backend's folder with it on the path. Leaves for the probe which database it is (STATE).
"""

import json
import logging
import os
import sys
from pathlib import Path

from lamb_admins import STATE, problems
from own_settings import EXIT


class Failures(logging.Handler):
    """Keeps what the code of the database reports as failed, for it goes on all the same."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep an error of the database's own module; others have theirs to say where it matters."""
        if Path(record.pathname).name == "database_manager.py":
            self.told.append(record.getMessage())


def main() -> int:
    """Migrate, see that it went well and that both administrators exist; return the exit code."""
    failures = Failures()
    logging.getLogger().addHandler(failures)
    state = _migrated()
    if failures.told or problems(os.environ, state):
        # Up to 0.6 a new database's administrators are made before its columns are, and never again after.
        failures.told.clear()
        state = _migrated(again=True)
    found = [*failures.told, *problems(os.environ, state)]
    for problem in found:
        print(f"lamb: the database could not be brought to this version: {problem}", file=sys.stderr, flush=True)
    if found:
        return EXIT
    _keep(state, Path(os.environ["LAMB_RUNTIME_PATH"]) / STATE)
    return 0


def _migrated(again: bool = False) -> dict[str, str]:
    """Let LAMB's own code do it, which does only what is left to do; return what STATE holds."""
    from lamb.database_manager import LambDatabaseManager

    manager = LambDatabaseManager()
    if again:
        manager.initialize_system_organization()
    return {"database": manager.db_path, "prefix": manager.table_prefix}


def _keep(state: dict[str, str], place: Path) -> None:
    written = place.with_suffix(".new")
    written.write_text(json.dumps(state), encoding="utf-8")
    written.replace(place)


if __name__ == "__main__":
    sys.exit(main())
