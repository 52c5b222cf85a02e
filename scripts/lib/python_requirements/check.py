"""Whether an image's code and its list of requirements agree: each import has its package, each package its import."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from scripts.lib.files import Files, matching, pattern
from scripts.lib.python_requirements.imports import Import, imports
from scripts.lib.settings.locks import PythonLock
from scripts.lib.settings.requirements import Package, RequirementsList, brings

GONE = {
    (3, 12): {"asynchat", "asyncore", "distutils", "imp", "smtpd"},
    (3, 13): {
        *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap", "msilib", "nis"),
        *("nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
    },
}
"""Python -> modules that its library has no more, nor that of later ones; an image's may be older than ours."""


@dataclass(frozen=True)
class _Found:
    path: str
    one: Import

    def __str__(self) -> str:
        return f"{self.path}:{self.one.line}: `{self.one.statement}`"


def problems(place: str, settings: PythonLock, ours: RequirementsList, files: Files, version: str) -> list[str]:
    """Return where the customized tree `files` and the list do not agree; empty is good.

    `place` names the settings, for people.
    """
    paths = _code(settings, files)
    if not paths:
        return [f"{place}.code: no file of the tree is {', '.join(settings.code)}"]
    found, broken = _imports(paths, files)
    packages = ours.of(version)
    brought = [(module, name) for name, package in packages.items() for module in brings(name, package)]
    known = _own(settings, files) | _library(settings.python)
    others = [(at, module) for at in found for module in at.one.modules if module.partition(".")[0] not in known]
    used = {name for _, module in others for name in _packages(module, brought)}
    missing = [(at, module) for at, module in others if not _packages(module, brought)]
    return [*broken, *_unbrought(missing, settings, ours), *_unused(packages, used, settings)]


def _code(settings: PythonLock, files: Files) -> list[str]:
    left_out = [pattern(glob) for glob in settings.leave_out_code]
    found = sorted({path for glob in settings.code for path in matching(files, glob)})
    return [path for path in found if not any(glob.match(path) for glob in left_out)]


def _imports(paths: Iterable[str], files: Files) -> tuple[list[_Found], list[str]]:
    """Return every import, and a line for each file that cannot be read as Python."""
    found, broken = [], []
    for path in paths:
        try:
            found += [_Found(path, one) for one in imports(files.read(path) or b"")]
        except (SyntaxError, ValueError) as error:
            broken.append(f"{path}:{getattr(error, 'lineno', None) or 1}: is not Python: {error.args[0]}")
    return found, broken


def _own(settings: PythonLock, files: Files) -> set[str]:
    """The modules that the tree itself brings: what lies at the top of each root and is Python, or holds some."""
    roots = settings.roots or tuple(_beginning(glob) for glob in settings.code)
    below = [path.removeprefix(top) for root in roots for path in files.names() if path.startswith(top := _top(root))]
    return {PurePosixPath(path).parts[0].removesuffix(".py") for path in below if path.endswith(".py")}


def _top(root: str) -> str:
    return f"{root}/" if root else ""


def _beginning(glob: str) -> str:
    """The folder with which a glob begins, before anything in it may vary."""
    return re.split(r"[*?{]", glob, maxsplit=1)[0].rpartition("/")[0]


def _library(python: str) -> set[str]:
    """The modules of the standard library of a Python, which may be older than the one that runs here."""
    of = tuple(map(int, python.split(".")[:2]))
    return {*sys.stdlib_module_names, *(name for since, gone in GONE.items() if of < since for name in gone)}


def _packages(module: str, brought: Iterable[tuple[str, str]]) -> set[str]:
    """The packages that bring a module, or, of a name that several share, what lies below it."""
    return {name for own, name in brought if f"{module}.".startswith(f"{own}.") or own.startswith(f"{module}.")}


def _unbrought(missing: Iterable[tuple[_Found, str]], settings: PythonLock, ours: RequirementsList) -> Iterator[str]:
    """Word what no package brings, once for each package that would be: all its places, by the first."""
    unknown: defaultdict[str, list[_Found]] = defaultdict(list)
    for at, module in missing:
        without = [name for name in ours.optional if f"{module}.".startswith(f"{name}.")]
        if without and not at.one.optional:
            yield f"{at}: is imported as the file loads, so it is not optional, as {settings.list} says of {without[0]}"
        elif not without:
            unknown[module.partition(".")[0]].append(at)
    for top, places in unknown.items():
        further = len(dict.fromkeys(map(str, places))) - 1
        more = f" (and {further} more)" if further else ""
        yield f"{places[0]}: no package of {settings.list} brings {top}{more}"


def _unused(packages: Mapping[str, Package], used: set[str], settings: PythonLock) -> Iterator[str]:
    for name, package in packages.items():
        if name not in used and package.reason is None:
            modules = ", ".join(brings(name, package))
            yield f"{settings.list}: packages.{name}: nothing of the code imports {modules}, and no reason is given"
