"""What an upstream's own list says of its requirements' versions: a requirements file, pyproject.toml or METADATA."""

import re
import tomllib
from collections.abc import Iterable
from email.parser import Parser
from pathlib import PurePosixPath
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from scripts.lib.errors import CommandFailed

_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


def versions(path: str, text: str, python: str) -> dict[str, SpecifierSet]:
    """Return package -> the versions that the list at `path` allows on Linux with this `python`; extras count too.

    Raises CommandFailed with the place of every line that is no requirement.
    """
    found: dict[str, SpecifierSet] = {}
    for requirement in _requirements(path, text):
        if _holds(requirement, python):
            name = canonicalize_name(requirement.name)
            found[name] = found.get(name, SpecifierSet()) & requirement.specifier
    return found


def _requirements(path: str, text: str) -> list[Requirement]:
    name = PurePosixPath(path).name
    if name == "pyproject.toml":
        return _parsed(path, _of_project(path, text))
    if name == "METADATA":
        headers = Parser().parsestr(text, headersonly=True).get_all("Requires-Dist") or []
        return _parsed(path, (("Requires-Dist", line) for line in headers))
    lines = (re.sub(r"(^|\s)#.*$", "", line).partition(" --")[0].strip() for line in text.splitlines())
    return _parsed(path, ((str(number), line) for number, line in enumerate(lines, 1) if line))


def _of_project(path: str, text: str) -> list[tuple[str, str]]:
    try:
        project: dict[str, Any] = tomllib.loads(text).get("project", {})
    except tomllib.TOMLDecodeError as error:
        raise CommandFailed(f"{path}: is no TOML: {error}", hint="mend it with a step") from None
    groups = {"dependencies": project.get("dependencies", []), **project.get("optional-dependencies", {})}
    return [(group, line) for group, lines in groups.items() for line in lines]


def _parsed(path: str, lines: Iterable[tuple[str, str]]) -> list[Requirement]:
    requirements, problems = [], []
    for place, line in lines:
        try:
            requirements.append(Requirement(line))
        except InvalidRequirement:
            problems.append(f"{path}:{place}: {line!r} is no requirement")
    if problems:
        raise CommandFailed(problems, hint="mend the list with a step, or leave `upstream` out")
    return requirements


def _holds(requirement: Requirement, python: str) -> bool:
    """Tell whether a requirement's marker holds, as such or for an extra that it names."""
    if requirement.marker is None:
        return True
    here = {
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python if python.count(".") == 2 else f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
    }
    extras = ("", *_EXTRA.findall(str(requirement.marker)))
    return any(requirement.marker.evaluate(here | {"extra": extra}) for extra in extras)
