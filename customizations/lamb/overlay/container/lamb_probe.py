"""Health check of LAMB: whether people can work with it, not only whether it answers."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import lamb_admins
import lamb_open_webui
from lamb_settings import has_libraries
from own_settings import port
from surroundings import answer_problem, database_problem, folder_problem, told

UPLOADS = Path(__file__).resolve().parent.parent / "backend" / "static" / "public"


def problems(environment: Mapping[str, str]) -> Iterator[str | None]:
    """Return what is wrong; None stands for a look that found nothing."""
    state = Path(environment["LAMB_RUNTIME_PATH"]) / lamb_admins.STATE
    if not state.is_file():
        yield lamb_open_webui.problem(environment) or "lamb: the database is being brought to this version"
        return
    yield from _of_itself(environment)
    yield from _of_data(environment, json.loads(state.read_text(encoding="utf-8")))
    yield from _of_others(environment)


def _of_itself(environment: Mapping[str, str]) -> Iterator[str | None]:
    itself = f"http://127.0.0.1:{port(environment, 9099)}"
    yield answer_problem(f"{itself}/status", b"true")
    yield answer_problem(f"{itself}/", b"/config.js")
    yield answer_problem(f"{itself}/config.js", b"window.LAMB_CONFIG")


def _of_data(environment: Mapping[str, str], state: Mapping[str, str]) -> Iterator[str | None]:
    yield database_problem(Path(state["database"]))
    yield folder_problem(UPLOADS)
    if not lamb_open_webui.is_read_only(environment):
        yield database_problem(lamb_open_webui.database(environment))
    yield from lamb_admins.problems(environment, state)


def _of_others(environment: Mapping[str, str]) -> Iterator[str | None]:
    yield answer_problem(f"{environment['OWI_BASE_URL'].rstrip('/')}/health/db", b"true")
    if knowledge := environment.get("LAMB_KB_SERVER", "").strip():
        yield answer_problem(f"{knowledge.rstrip('/')}/health", b"ok")
    if has_libraries(environment):
        yield answer_problem(f"{environment['LAMB_LIBRARY_SERVER'].strip().rstrip('/')}/health", b'"ok"')


if __name__ == "__main__":
    sys.exit(told(problems(os.environ)))
