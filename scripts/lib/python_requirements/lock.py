"""The hash-locked Python requirements of an image: resolved from what is asked for, and whether they still are that."""

import hashlib
import sys
from pathlib import Path

from scripts.lib import console, shell
from scripts.lib.commands import uv
from scripts.lib.python_requirements.asked import Asked
from scripts.lib.scratch import scratch


def is_current(lock: Path, asked: Asked) -> bool:
    """Tell whether the locked requirements at `lock` were resolved from what is asked for."""
    return lock.is_file() and lock.read_text().startswith(_head(asked))


def resolve(asked: Asked, cache: Path) -> str:
    """Return the content of the locked requirements; raises CommandFailed with what uv says where it finds none."""
    program, settings = Path(sys.executable).with_name("uv"), asked.settings
    with scratch(cache) as folder, console.part(f"lock {asked.origin}"):
        wanted, output = folder / "requirements.txt", folder / "requirements.lock"
        wanted.write_bytes(asked.content)
        argv = uv.lock_requirements(program, wanted, output, settings.python, settings.before, asked.sdists)
        shell.run(argv, hint="see the lines above: the list cannot be installed as it is, or the index not be reached")
        return _head(asked) + output.read_text()


def _head(asked: Asked) -> str:
    settings, sha256 = asked.settings, hashlib.sha256(asked.content).hexdigest()
    day = f", of what was there before {settings.before}" if settings.before else ""
    of = "of what they ask for" if settings.list else "of that file"
    return (
        f"# Written by `invoke update` from {asked.origin}, for Python {settings.python}{day}.\n"
        f"# sha256 {of}: {sha256}\n"
    )
