"""Words the command line of a stage."""

import shlex
import sys


def stage(name: str, **flags: str | bool | list[str] | None) -> str:
    """Return the shell line that runs stage `name`; flags that are None, False or empty are left out."""
    argv = [sys.executable, "-m", f"scripts.{name}"]
    for flag, value in flags.items():
        for one in value if isinstance(value, list) else [value]:
            if one is True:
                argv.append(f"--{flag}")
            elif one:
                argv += [f"--{flag}", str(one)]
    return shlex.join(argv)
