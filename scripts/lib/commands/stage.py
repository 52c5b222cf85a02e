"""Words the command line of a stage."""

import shlex
import sys
from collections.abc import Sequence


def stage(name: str, **flags: str | bool | Sequence[str]) -> str:
    """Return the shell line that runs stage `name`; flags that are False or empty are left out.

    A flag of several values is given once for each; a trailing _ of one that Python keeps for itself is left out.
    """
    argv = [sys.executable, "-m", f"scripts.{name}"]
    for name, value in flags.items():
        flag = f"--{name.removesuffix('_')}"
        if value is True:
            argv.append(flag)
        elif value:
            values = [value] if isinstance(value, str) else list(value)
            argv += [word for one in values for word in (flag, one)]
    return shlex.join(argv)
