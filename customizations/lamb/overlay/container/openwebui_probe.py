"""Health check of Open WebUI: that it answers from its database, and that this can be written."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from own_settings import port
from surroundings import answer_problem, database_problem, folder_problem, told


def problems(environment: Mapping[str, str]) -> Iterator[str | None]:
    """Return what is wrong; None stands for a look that found nothing."""
    itself = f"http://127.0.0.1:{port(environment, 8080)}"
    data = Path(environment["DATA_DIR"])
    yield answer_problem(f"{itself}/health/db", b"true")
    yield answer_problem(f"{itself}/", b"<html")
    yield database_problem(data / "webui.db")
    yield folder_problem(data / "uploads")


if __name__ == "__main__":
    sys.exit(told(problems(os.environ)))
