"""Health check of the knowledge base server: it looks at its databases where it has them open, this where they lie.

What is open goes on answering when its folder is moved away, so both are asked.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from own_settings import port
from surroundings import answer_problem, database_problem, folder_problem, told

BACKEND = Path(__file__).resolve().parent.parent / "backend"


def problems(environment: Mapping[str, str], backend: Path = BACKEND) -> Iterator[str | None]:
    """Return what is wrong; None stands for a look that found nothing."""
    yield answer_problem(f"http://127.0.0.1:{port(environment, 9090)}/ready", b'"ready"')
    yield database_problem(backend / "data" / "lamb-kb-server.db")
    yield database_problem(backend / "data" / "chromadb" / "chroma.sqlite3")
    yield folder_problem(backend / "static")


if __name__ == "__main__":
    sys.exit(told(problems(os.environ)))
