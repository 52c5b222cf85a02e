"""Secrets of the old stack: found, never one that everybody knows, and put into the environment's file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scripts.lib.engine import Made
from scripts.lib.migration import users
from scripts.lib.migration.program import Program
from scripts.lib.secret import Secret
from scripts.lib.settings.migration import CarriedSecret


@dataclass(frozen=True)
class Found:
    """What was found of the secrets that are carried over."""

    values: Mapping[str, Secret]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def find(
    wanted: Mapping[str, CarriedSecret], program: Program, containers: Iterable[Made], published: Iterable[str]
) -> Found:
    """Look for the secrets in the environment of the old containers and in their files; `published` ones are known."""
    values: dict[str, Secret] = {}
    problems: list[str] = []
    notes: list[str] = []
    every = list(containers)
    for name, settings in wanted.items():
        told = users.values(every, [name])[name] | _texts(program.read(settings.files), problems)
        known = told & set(published)
        if len(told - known) > 1:
            problems.append(f"the old stack has different values of {name}, in its containers and {_files(settings)}")
        elif told - known:
            values[name] = Secret((told - known).pop())
        else:
            why = "is one that everybody knows" if known else "is not to be found"
            notes.append(f"the old {name} {why}, so a new one holds: {settings.without}")
    return Found(values, tuple(problems), tuple(notes))


def _texts(found: Mapping[str, bytes], problems: list[str]) -> set[str]:
    texts = set()
    for path, data in found.items():
        text = data.decode(errors="replace").strip()
        if not text or "\n" in text or "\ufffd" in text:
            problems.append(f"{path} is not one line of text")
        else:
            texts.add(text)
    return texts


def _files(settings: CarriedSecret) -> str:
    return ", ".join(settings.files)
