"""Health check of the library manager: its own says 200 also where its database fails, and never writes."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from own_settings import port
from surroundings import answer_problem, database_problem, folder_problem, told


def problems(environment: Mapping[str, str]) -> Iterator[str | None]:
    """Return what is wrong; None stands for a look that found nothing."""
    data = Path(environment["DATA_DIR"])
    yield answer_problem(f"http://127.0.0.1:{port(environment, 9091)}/health", b'"status":"ok"')
    yield database_problem(data / "library-manager.db")
    yield folder_problem(data / "content")


if __name__ == "__main__":
    sys.exit(told(problems(os.environ)))
