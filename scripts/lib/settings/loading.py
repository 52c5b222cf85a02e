"""YAML to checked, frozen settings: every problem of a file in one go, each with its path and the nearest name."""

import difflib
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from yaml.constructor import ConstructorError

from scripts.lib.errors import SettingsInvalid

M = TypeVar("M", bound=BaseModel)


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's booleans are enough, and a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Return the data of a YAML file; raises SettingsInvalid with line and column."""
    try:
        return yaml.load(path.read_bytes(), Loader=_Loader)  # noqa: S506  a subclass of the safe loader
    except FileNotFoundError:
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.glob("*.yaml")], n=1)
        hint = f"did you mean {near[0]}?" if near else f"create {path.name} in {path.parent}"
        raise SettingsInvalid(f"{path}: there is no such file", hint=hint) from None
    except (yaml.MarkedYAMLError, UnicodeDecodeError, yaml.reader.ReaderError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        what = getattr(error, "problem", None) or str(error)
        raise SettingsInvalid(f"{place}: {what}", hint=f"correct the YAML of {path.name}") from None


def load(path: Path, model: type[M]) -> M:
    """Return `path` checked against `model`; raises SettingsInvalid with all problems."""
    data = read_yaml(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise SettingsInvalid(
            [f"{path}: {problem}" for problem in _problems(error, model)], hint=f"correct {path.name}"
        ) from None


def _problems(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    for e in error.errors():
        place = _place(e["loc"])
        if e["type"] == "extra_forbidden":
            known = _known_names(model, e["loc"][:-1])
            near = difflib.get_close_matches(str(e["loc"][-1]), known, n=1, cutoff=0.5)
            also = f", did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known))}"
            yield f"{place}: unknown key{also}"
        elif e["type"] == "missing":
            yield f"{place}: is missing"
        else:
            given = "" if isinstance(e["input"], dict | list) else f" (it is {e['input']!r})"
            message = e["msg"].removeprefix("Value error, ")
            yield f"{place}: {message[0].lower()}{message[1:]}{given}"


def _place(location: tuple[int | str, ...]) -> str:
    """Word a place as one writes it, without the tags of unions."""
    words = ""
    for part in location:
        words += f"[{part}]" if isinstance(part, int) else f".{part}"
    return words.removeprefix(".") or "the file"


def _known_names(annotation: Any, location: tuple[int | str, ...]) -> list[str]:
    """Names of the fields of the model that stands at `location` below `annotation`."""
    for model in _models(annotation):
        if not location:
            return [field.alias or name for name, field in model.model_fields.items()]
        step, rest = location[0], location[1:]
        for name, field in model.model_fields.items():
            if step in (name, field.alias):
                return _known_names(field.annotation, rest)
    members = _models(annotation)
    if location and (isinstance(location[0], int) or not any(str(location[0]) in m.model_fields for m in members)):
        tagged = [m for m in members if _has_tag(m, location[0])]
        if tagged:
            return _known_names(tagged[0], location[1:])
        return _known_names(annotation, location[1:]) if members else []
    return []


def _has_tag(model: type[BaseModel], tag: int | str) -> bool:
    return any(tag in get_args(field.annotation) for field in model.model_fields.values())


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The settings models that an annotation can hold, through unions, tuples, dicts and Annotated."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Union, types.UnionType, tuple, dict, list, Annotated):
        return [m for inner in get_args(annotation) for m in _models(inner)]
    return []
