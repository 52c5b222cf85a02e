"""The hash-locked Python requirements of images: resolved from the upstream's own list, for its locked version."""

import hashlib
import sys
from pathlib import Path

from scripts.lib import console, shell
from scripts.lib.commands import uv
from scripts.lib.errors import CommandFailed
from scripts.lib.scratch import scratch
from scripts.lib.settings.images import BuildSettings


def is_current(lock: Path, wanted: Path, settings: BuildSettings) -> bool:
    """Tell whether the locked requirements at `lock` were resolved from the list `wanted`."""
    if not lock.is_file() or not wanted.is_file():
        return False
    return lock.read_text().startswith(_head(wanted, settings))


def resolve(wanted: Path, settings: BuildSettings, image: str, cache: Path) -> str:
    """Return the content of the locked requirements; raises CommandFailed with what uv says where it finds none."""
    if not wanted.is_file():
        raise CommandFailed(
            f"images.{image}.release.requirements_from: the upstream has no {settings.requirements_from}",
            hint="correct it in product.yaml",
        )
    program = Path(sys.executable).with_name("uv")
    with scratch(cache) as folder, console.part(f"lock {settings.requirements_from}"):
        output = folder / "requirements.lock"
        argv = uv.lock_requirements(program, wanted, output, settings.python)
        shell.run(argv, hint="see the lines above: the list cannot be installed as it is, or the index not be reached")
        return _head(wanted, settings) + output.read_text()


def _head(wanted: Path, settings: BuildSettings) -> str:
    sha256 = hashlib.sha256(wanted.read_bytes()).hexdigest()
    return (
        f"# Written by `invoke update` from {settings.requirements_from}, for Python {settings.python}.\n"
        f"# sha256 of that file: {sha256}\n"
    )
