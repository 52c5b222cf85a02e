"""What tests of the look at many releases share: archives, steps, and looks at small trees."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.lib.compat.look import Subject, look
from scripts.lib.compat.outcome import Cell, Outcome, Projection, Row
from scripts.lib.settings.steps import Step
from tests.trees import Content, Product, tree

Looked = Callable[..., Row]
Pack = Callable[..., Path]
NOT_LOOKED_AT = Projection(status="not-looked-at")


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product(tmp_path / "product")


@pytest.fixture
def looked(product: Product) -> Looked:
    """Look how steps meet a tree of version 1.0.0, or another."""

    def one(content: Content, *steps: Step, version: str = "1.0.0") -> Row:
        return look(Subject(version, tree(content)), steps, product.folder, product.context.cache)

    return one


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Pack files as a source distribution does."""

    def packed(content: dict[str, bytes], name: str = "it-1.0.0") -> Path:
        archive = tmp_path / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz") as tar:
            for path, data in content.items():
                entry = tarfile.TarInfo(f"{name}/{path}")
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
        return archive

    return packed


def cell(step: str, status: str = "ok", **more: object) -> Cell:
    return Cell.model_validate({"step": step, "status": status} | more)


def outcome(*rows: tuple[str, tuple[Cell, ...]]) -> Outcome:
    steps = {one.step: f"why {one.step}" for one in rows[0][1]} if rows else {}
    return Outcome(
        product="tiny",
        customization_version="1.0",
        upstream=">=1,<2",
        day="2026-01-01",
        steps=steps,
        rows=tuple(Row(version=version, cells=cells, projection=NOT_LOOKED_AT) for version, cells in rows),
    )
