"""Starts the knowledge base server: one process, for the vector store is open in one process alone."""

import os
from collections.abc import Iterator, Mapping

from own_settings import number_problem, port, refuse, secret_problem, serve


def problems(environment: Mapping[str, str]) -> Iterator[str | None]:
    """Return what is wrong with the settings; None stands for a look that found nothing."""
    yield secret_problem(environment, "LAMB_API_KEY")
    yield number_problem(environment, "PORT", 1, 65535)


if __name__ == "__main__":
    refuse("kb", problems(os.environ))
    serve(os.environ, "main:app", port(os.environ, 9090))
