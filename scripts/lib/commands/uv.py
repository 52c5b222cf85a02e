"""Words uv's command lines."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path


def lock_requirements(
    uv: Path,
    requirements: Path,
    output: Path,
    python: str,
    before: date | None = None,
    sdists: Sequence[str] = (),
) -> list[str | Path]:
    """Resolve requirements for every platform, each file with its hashes; wheels only, as images have no compiler.

    `sdists` are built from their source all the same. With `before`, nothing counts that was uploaded on that day (UTC)
    or later. Nothing of the machine stands in the output: no index, no path, no name of a tool.
    """
    return [
        uv,
        "pip",
        "compile",
        "--quiet",
        "--no-config",
        "--universal",
        f"--python-version={python}",
        "--generate-hashes",
        "--only-binary=:all:",
        *(f"--no-binary={name}" for name in sdists),
        *([f"--exclude-newer={before}T00:00:00Z"] if before else []),
        "--no-header",
        "--no-annotate",
        "--no-emit-index-url",
        f"--output-file={output}",
        requirements,
    ]
