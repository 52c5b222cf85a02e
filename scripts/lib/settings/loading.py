"""YAML to checked, frozen settings: every problem of a file in one go, each with its place."""

import difflib
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.constructor import ConstructorError

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings import wording

M = TypeVar("M", bound=BaseModel)


class Loader(yaml.CSafeLoader):
    """Plain data only, and a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ConstructorError(None, None, "a key must be a text", key.start_mark)
            if key.value in seen:
                raise ConstructorError(None, None, f"the key {key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, loader: type[Loader] = Loader) -> Any:
    """Return the data of a YAML file; raises SettingsInvalid with line and column."""
    try:
        data = path.read_bytes()
        return yaml.load(data, Loader=loader)  # noqa: S506  a subclass of the safe loader
    except FileNotFoundError:
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.glob("*.yaml")], n=1)
        hint = f"did you mean {near[0]}?" if near else f"create {path.name} in {path.parent}"
        raise SettingsInvalid(f"{path}: there is no such file", hint=hint) from None
    except OSError as error:
        raise SettingsInvalid(f"{path}: cannot be read: {error.strerror}", hint=f"make {path} a file") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        raise _bad(path, line, column, str(error.problem)) from None
    except yaml.reader.ReaderError as error:
        before = data[: error.position].split(b"\n")
        raise _bad(path, len(before) - 1, len(before[-1]), f"not a text file in UTF-8: {error.reason}") from None


def _bad(path: Path, line: int, column: int, what: str) -> SettingsInvalid:
    return SettingsInvalid(f"{path}:{line + 1}:{column + 1}: {what}", hint=f"correct the YAML of {path.name}")


def load(path: Path, model: type[M]) -> M:
    """Return `path` checked against `model`; raises SettingsInvalid with all problems."""
    data = read_yaml(path)
    if data is None:
        raise SettingsInvalid(f"{path}: is empty", hint=f"write its settings into {path.name}")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = [f"{path}: {problem}" for problem in wording.problems(error, model)]
        raise SettingsInvalid(found, hint=f"correct {path.name}") from None
