"""Words for what is wrong with settings: the place as a person wrote it, the value, and the nearest name."""

import difflib
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from scripts.lib.secret import redact_logins

Location = tuple[int | str, ...]

SAYS = {
    "missing": "is missing",
    "tuple_type": "must be a list",
    "model_type": "must hold keys and values",
    "model_attributes_type": "must hold keys and values",
    "dict_type": "must hold keys and values",
    "string_type": "must be a text, in quotes where YAML reads something else",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_too_short": "must not be empty",
    "too_short": "must have at least one entry",
}


def problems(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Word every problem of a file, one line each: `place: what is wrong`."""
    details = error.errors()
    places = [detail["loc"] for detail in details]
    for detail in details:
        inside = (place[: len(detail["loc"])] == detail["loc"] != place for place in places)
        if detail["type"] == "too_short" and any(inside):
            continue  # the entries are there and wrong, which their own lines say
        place, annotation = _follow(model, detail["loc"])
        yield ": ".join(filter(None, (_words(place), _what(detail, annotation))))


def near(name: str, known: list[str]) -> str:
    """Word the known name nearest to a wrong one, or all of them: for the end of a message."""
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {found[0]!r}?" if found else f"known are {', '.join(sorted(known)) or 'none'}"


def _what(detail: ErrorDetails, annotation: Any) -> str:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "extra_forbidden":
        return f"unknown key, {near(str(detail['loc'][-1]), _names(annotation))}"
    if kind == "union_tag_invalid":
        tags = [tag.strip("' ") for tag in context["expected_tags"].split(",")]
        return f"unknown {context['discriminator'].strip(chr(39))} {context['tag']!r}, {near(context['tag'], tags)}"
    if kind == "union_tag_not_found":
        return f"the key {context['discriminator']} is missing"
    said = SAYS.get(kind) or detail["msg"].removeprefix("Value error, ")
    shown = "" if isinstance(given, dict | list) or kind == "missing" else f" (it is {redact_logins(repr(given))})"
    return f"{said[0].lower()}{said[1:]}{shown}"


def _words(place: Location) -> str:
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place if part != "[key]")
    return words.removeprefix(".")


def _follow(annotation: Any, location: Location) -> tuple[Location, Any]:
    """Return the location without the tags that pydantic adds for unions, and what is declared where its last
    known step leads; for an unknown key, the model that does not know it."""
    members = _members(annotation)
    if not location:
        return (), annotation
    if len(members) > 1:
        tagged = next((member for member in members if _has_tag(member, location[0])), None)
        return _follow(tagged, location[1:])
    head, rest = location[0], location[1:]
    inner = _inner(members[0] if members else None, head)
    if inner is None:
        return location, members[0] if members else None
    place, end = _follow(inner, rest)
    return (head, *place), end


def _inner(annotation: Any, step: int | str) -> Any:
    """What is declared one step below: a field, or an entry of a list or a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return next((field.annotation for name, field in fields if step == (field.alias or name)), None)
    if get_origin(annotation) in (tuple, list, dict):
        return get_args(annotation)[get_origin(annotation) is dict]
    return None


def _members(annotation: Any) -> list[Any]:
    """What an annotation may be: the members of a union without None, each still with its tag."""
    if get_origin(annotation) is Annotated:
        bare = get_args(annotation)[0]
        return _members(bare) if get_origin(bare) in (Union, types.UnionType) else [bare]
    if get_origin(annotation) in (Union, types.UnionType):
        return [member for member in get_args(annotation) if member is not type(None)]
    return [annotation]


def _has_tag(member: Any, tag: int | str) -> bool:
    if any(isinstance(extra, Tag) and extra.tag == tag for extra in getattr(member, "__metadata__", ())):
        return True
    return any(tag in get_args(field) for field in _literals(member)) or getattr(member, "__name__", "") == tag


def _literals(member: Any) -> list[Any]:
    fields = getattr(member, "model_fields", {}).values()
    return [field.annotation for field in fields if get_origin(field.annotation) is Literal]


def _names(model: Any) -> list[str]:
    return [field.alias or name for name, field in getattr(model, "model_fields", {}).items()]
