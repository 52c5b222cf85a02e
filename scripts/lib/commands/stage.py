"""Words the command line of a stage."""

import shlex
import sys


def stage(name: str, **flags: str | bool) -> str:
    """Return the shell line that runs stage `name`; flags that are False or empty are left out."""
    argv = [sys.executable, "-m", f"scripts.{name}"]
    for flag, value in flags.items():
        if value is True:
            argv.append(f"--{flag}")
        elif value:
            argv += [f"--{flag}", str(value)]
    return shlex.join(argv)
