"""Looks at a service's settings before it starts: all that is wrong at once, in words that name the variable."""

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

PUBLISHED = frozenset(
    {
        "0p3n-w3bu!",
        "t0p-s3cr3t",
        "pepino-secret-key",
        "lamb-lti-secret-key-2024",
        "change-me",
        "change-me-to-a-random-secret",
        "changeme",
        "change_me",
        "your-secret-key",
        "admin",
        "password",
        "secret",
    }
)
"""Values that LAMB's own code, examples and guides publish, and what people write in their place; in small letters."""
EXIT = 78
"""EX_CONFIG of sysexits.h."""


def missing(environment: Mapping[str, str], *names: str) -> str | None:
    """Tell that none of the variables, of which one suffices, has a value."""
    if any(environment.get(name, "").strip() for name in names):
        return None
    return f"{' or '.join(names)}: must be set"


def secret_problem(environment: Mapping[str, str], *names: str) -> str | None:
    """Tell that a secret is missing or a value that everybody knows; the first of `names` that is set counts."""
    value = next((environment[name] for name in names if environment.get(name, "").strip()), None)
    if value is None:
        return f"{' or '.join(names)}: must be set"
    if value.strip().lower() in PUBLISHED:
        name = next(name for name in names if environment.get(name) == value)
        return f"{name}: has a value that LAMB's guides publish, so everybody knows it"
    return None


def number_problem(environment: Mapping[str, str], name: str, least: int, most: int) -> str | None:
    """Tell that a variable, where it is set, is no whole number from `least` to `most`."""
    value = environment.get(name, "").strip()
    if not value or (re.fullmatch(r"\d{1,9}", value) and least <= int(value) <= most):
        return None
    return f"{name}: {value!r} is no whole number from {least} to {most}"


def refuse(service: str, problems: Iterable[str | None]) -> None:
    """End the process with every problem told, where there is one."""
    found = [problem for problem in problems if problem]
    if not found:
        return
    for problem in found:
        print(f"{service}: {problem}", file=sys.stderr)
    print("hint: `invoke env --init` writes a file of settings with secrets of its own", file=sys.stderr, flush=True)
    raise SystemExit(EXIT)


def port(environment: Mapping[str, str], default: int) -> int:
    """Return the port to listen at; the settings have been looked at before."""
    return int(environment.get("PORT", "").strip() or default)


def is_on(environment: Mapping[str, str], name: str, default: bool = False) -> bool:
    """Return a setting that is on or off, read as LAMB reads its own."""
    value = environment.get(name, "").strip().lower()
    return value in {"1", "true", "yes", "on"} if value else default


def serve(environment: Mapping[str, str], application: str, port: int, options: Sequence[str] = ()) -> NoReturn:
    """Become the server. Its log of requests is off unless asked for: addresses may hold tokens of the log-in."""
    argv = ["uvicorn", application, "--host", "0.0.0.0", "--port", str(port), *options]  # noqa: S104  in a container
    if not is_on(environment, "UVICORN_ACCESS_LOG"):
        argv.append("--no-access-log")
    os.execvpe(argv[0], argv, dict(environment))  # noqa: S606  no shell
