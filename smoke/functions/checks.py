"""Checks of what an application does: functions of the product's own package, each of which returns what it saw."""

import importlib.util
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from scripts.lib.errors import CommandFailed, SettingsInvalid
from scripts.lib.records import Check
from smoke.functions.ground import Ground
from smoke.site import NotSeen

MARK = "__graft_check__"
Run = Callable[[Ground], str]


@dataclass(frozen=True)
class Function:
    """One check of what the application does."""

    name: str
    stand: str
    run: Run


def check(stand: str, name: str) -> Callable[[Run], Run]:
    """Mark a function as a check on `stand`: it returns what it saw, or raises NotSeen with what is there instead."""

    def marked(run: Run) -> Run:
        setattr(run, MARK, Function(name, stand, run))
        return run

    return marked


def load(folder: Path, stands: Iterable[str]) -> tuple[Function, ...]:
    """Return the checks of a product's package, module after module; raises SettingsInvalid where one fits no stand."""
    found = tuple(one for module in _modules(folder) for one in _marked(module))
    known = sorted(stands)
    names = [one.name for one in found]
    problems = [f"{folder}: {one.name!r}: there is no stand {one.stand!r}" for one in found if one.stand not in known]
    problems += [f"{folder}: the check {name!r} stands twice" for name, count in Counter(names).items() if count > 1]
    problems += [f"{folder}: no check looks at the stand {s!r}" for s in known if s not in {one.stand for one in found}]
    if problems:
        raise SettingsInvalid(problems, hint=f"correct the checks, or stands.yaml, which has {', '.join(known)}")
    return found


def _modules(folder: Path) -> Iterator[ModuleType]:
    """Import a package from its folder and give its modules in the order in which they were imported."""
    name = "functions_of_" + re.sub("[^a-z0-9]", "_", folder.parent.name)
    file = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None or not file.is_file():
        raise SettingsInvalid(f"{file}: there is no such file", hint=f"add it; it imports the modules of {folder.name}")
    for old in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[old]
    sys.modules[name] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    yield from [module for one, module in sys.modules.items() if one == name or one.startswith(f"{name}.")]


def _marked(module: ModuleType) -> Iterator[Function]:
    for value in vars(module).values():
        marked = getattr(value, MARK, None)
        if isinstance(marked, Function) and marked.run.__module__ == module.__name__:
            yield marked


def look(function: Function, ground: Ground) -> Check:
    """Make one check."""
    began = time.monotonic()
    try:
        evidence, passed = function.run(ground), True
    except (NotSeen, CommandFailed) as error:
        evidence, passed = str(error), False
    except (LookupError, TypeError) as error:
        evidence, passed = f"an answer had another form than expected: {type(error).__name__}: {error}", False
    seconds = round(time.monotonic() - began, 2)
    return Check(name=function.name, step=None, layer="function", passed=passed, evidence=evidence, seconds=seconds)
