"""JSON Schemas of the settings files, for editors; `python -m scripts.lib.settings.schema` writes docs/schema."""

import ast
import inspect
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from scripts.lib import console
from scripts.lib.settings.bench import WayBefore
from scripts.lib.settings.brand import BrandFile
from scripts.lib.settings.environment import Environment
from scripts.lib.settings.functions import FunctionsFile
from scripts.lib.settings.pages import PagesFile
from scripts.lib.settings.product import Product
from scripts.lib.settings.requirements import RequirementsList
from scripts.lib.settings.selection import ROOT
from scripts.lib.settings.steps import StepsFile
from scripts.lib.settings.texts import TextsFile

FOLDER = ROOT / "docs" / "schema"
MODELS: dict[str, type[BaseModel]] = {
    "product": Product,
    "steps": StepsFile,
    "environment": Environment,
    "texts": TextsFile,
    "pages": PagesFile,
    "functions": FunctionsFile,
    "brand": BrandFile,
    "requirements": RequirementsList,
    "bench": WayBefore,
}


class _Described(GenerateJsonSchema):
    """Takes the docstring below a field as the description that an editor shows."""

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        made = super().model_schema(schema)
        for name, words in _docstrings(schema["cls"]):
            field = schema["cls"].model_fields[name]
            made["properties"][field.alias or name]["description"] = words
        return made


def _docstrings(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    body = ast.parse(inspect.getsource(model)).body[0]
    for field, doc in pairwise(body.body if isinstance(body, ast.ClassDef) else []):
        match field, doc:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, inspect.cleandoc(words)


def text_of(name: str) -> str:
    """Return the schema called `name` as its file holds it."""
    schema = MODELS[name].model_json_schema(schema_generator=_Described)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in MODELS:
        (folder / f"{name}.json").write_text(text_of(name), encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER)
    console.result(f"wrote {', '.join(f'{name}.json' for name in MODELS)} to {FOLDER}")
