"""Starts Open WebUI. Without a secret of its own it would sign its sessions with one that everybody knows."""

import os
from collections.abc import Iterator, Mapping

from own_settings import number_problem, port, refuse, secret_problem, serve


def problems(environment: Mapping[str, str]) -> Iterator[str | None]:
    """Return what is wrong with the settings; None stands for a look that found nothing."""
    yield secret_problem(environment, "WEBUI_SECRET_KEY", "WEBUI_JWT_SECRET_KEY")
    yield number_problem(environment, "PORT", 1, 65535)


if __name__ == "__main__":
    refuse("openwebui", problems(os.environ))
    serve(os.environ, "open_webui.main:app", port(os.environ, 8080))
