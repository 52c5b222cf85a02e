"""Words uv's command lines."""

from pathlib import Path


def lock_requirements(uv: Path, requirements: Path, output: Path, python: str) -> list[str | Path]:
    """Resolve requirements for every platform, each file with its hashes; wheels only, as images have no compiler.

    Nothing of the machine stands in the output: no index, no path, no name of a tool.
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
        "--no-header",
        "--no-annotate",
        "--no-emit-index-url",
        f"--output-file={output}",
        requirements,
    ]
