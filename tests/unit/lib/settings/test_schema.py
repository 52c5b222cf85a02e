"""The schemas that editors read are those of the present settings."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.lib.settings import schema


@pytest.mark.parametrize("name", schema.MODELS)
def test_the_committed_schema_is_current(name: str) -> None:
    committed = (schema.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert committed == schema.text_of(name), "run: python -m scripts.lib.settings.schema"


def definition(name: str, model: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schema.text_of(name))["$defs"][model]
    return found


def test_the_ends_of_a_version_range_are_called_from_and_to() -> None:
    assert set(definition("steps", "VersionRange")["properties"]) == {"from", "to"}


def test_the_docstring_below_a_field_is_what_an_editor_shows() -> None:
    shown = definition("steps", "Icon")["properties"]["padding"]["description"]
    assert shown.startswith("Share of the edge kept free")


def test_every_schema_is_written(tmp_path: Path) -> None:
    schema.write(tmp_path / "new")
    assert {path.stem for path in (tmp_path / "new").iterdir()} == set(schema.MODELS)
