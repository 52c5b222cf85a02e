"""What lies in an image: its files, its Python packages, and what it does with no network."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lib import shell

USER = 10001
UNPRIVILEGED = (
    "run", "--rm", "--label=graft.test=1", "--network=none", "--read-only", "--cap-drop=ALL",
    "--security-opt=no-new-privileges", "--tmpfs=/tmp", "--tmpfs=/app/backend/data:uid=10001,gid=10001",
)  # fmt: skip
LOCKED = re.compile(r"^([A-Za-z0-9][^\n]*?==[^\n]*?) *\\$", re.MULTILINE)
"""A requirement, whose hashes follow."""
PACKAGES = """
import importlib.metadata as m, json, platform, sys
env = {"python_version": platform.python_version()[:4], "python_full_version": platform.python_version(),
       "sys_platform": sys.platform, "platform_system": platform.system(), "os_name": "posix",
       "platform_machine": platform.machine(), "implementation_name": "cpython",
       "platform_python_implementation": "CPython", "platform_release": "", "platform_version": "",
       "implementation_version": platform.python_version()}
print(json.dumps([env, [[d.metadata["Name"], d.version, d.requires or []] for d in m.distributions()]]))
"""


@dataclass(frozen=True)
class Packages:
    """The Python packages of an image."""

    environment: dict[str, str]
    """What markers are evaluated in."""
    versions: dict[str, str]
    requires: dict[str, tuple[str, ...]]

    def wanted(self, lock: str) -> dict[str, str]:
        """Return the versions that a hash-locked file of requirements asks for here."""
        needed = map(Requirement, LOCKED.findall(lock))
        here = [one for one in needed if not one.marker or one.marker.evaluate(self.environment)]
        return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in here}

    def unmet(self) -> list[str]:
        """Return what the packages need and the image has not, or in another version."""
        return [
            f"{name} needs {needed}, there is {self.versions.get(canonicalize_name(needed.name))}"
            for name, texts in sorted(self.requires.items())
            for needed in map(Requirement, texts)
            if (not needed.marker or needed.marker.evaluate(self.environment | {"extra": ""}))
            and not needed.specifier.contains(self.versions.get(canonicalize_name(needed.name), "0"), prereleases=True)
        ]


@lru_cache
def packages(image: str) -> Packages:
    """Return the Python packages of an image, as its own Python sees them."""
    environment, found = json.loads(python(image, PACKAGES))
    return Packages(
        environment,
        {canonicalize_name(name): version for name, version, _ in found},
        {canonicalize_name(name): tuple(needed) for name, _, needed in found},
    )


def python(image: str, program: str, **environment: str) -> str:
    """Run a program in an image's Python as its own user, with no network, capability or writable place but /tmp."""
    given = [f"--env={name}={value}" for name, value in environment.items()]
    return shell.run(["docker", *UNPRIVILEGED, *given, "--entrypoint=python", image, "-c", program]).output.strip()


def config(image: str) -> dict[str, Any]:
    """Return how the image is started: its user, labels, command."""
    found: dict[str, Any] = json.loads(shell.run(["docker", "image", "inspect", image]).output)[0]
    return found


def layers_hold(image: str, word: str) -> bool:
    """Tell whether a word stands in any file of any layer, also in files that a later layer removes."""
    from scripts.lib import engine

    wanted, rest = word.encode(), b""
    for chunk in engine.saved(image):
        if wanted in rest + chunk:
            return True
        rest = chunk[-len(wanted) :]
    return False
