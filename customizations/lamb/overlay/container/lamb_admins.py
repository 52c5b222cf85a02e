"""Whether LAMB's administrator exists, in LAMB and in Open WebUI: without them nobody can log in for the first time."""

from collections.abc import Mapping
from pathlib import Path

import lamb_open_webui
from surroundings import rows_problem

STATE = "lamb.json"
"""Below LAMB_RUNTIME_PATH, written when the migrations are through: where LAMB's database is, how its tables begin."""
IN_OPEN_WEBUI = """
    SELECT 1 FROM user JOIN auth ON auth.id = user.id
    WHERE lower(user.email) = lower(?) AND user.role = 'admin' AND auth.active
"""


def problems(environment: Mapping[str, str], state: Mapping[str, str]) -> list[str]:
    """Return which of the two is missing; `state` is what STATE holds."""
    email = environment["OWI_ADMIN_EMAIL"].strip()
    prefix = state["prefix"].replace('"', '""')
    in_lamb = f'SELECT 1 FROM "{prefix}Creator_users" WHERE user_email = ?'  # noqa: S608  a name cannot be bound
    found = [rows_problem(Path(state["database"]), in_lamb, (email,), f"LAMB's administrator {email}")]
    if not lamb_open_webui.is_read_only(environment):
        path = lamb_open_webui.database(environment)
        found.append(rows_problem(path, IN_OPEN_WEBUI, (email,), f"Open WebUI's administrator {email}"))
    return [problem for problem in found if problem]
