"""Words the command line of a stage."""

import shlex
import sys
from collections.abc import Sequence


def stage(name: str, **flags: str | bool | Sequence[str]) -> str:
    """Return the shell line that runs stage `name`; flags that are False or empty are left out.

    They are named as Python takes them: `dry_run` is --dry-run, `from_` is --from. One of several values is given once
    for each.
    """
    argv = [sys.executable, "-m", f"scripts.{name}"]
    for name, value in flags.items():
        flag = f"--{name.strip('_').replace('_', '-')}"
        if value is True:
            argv.append(flag)
        elif value:
            values = [value] if isinstance(value, str) else list(value)
            argv += [word for one in values for word in (flag, one)]
    return shlex.join(argv)
