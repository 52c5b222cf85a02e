"""A product's folder for every test of steps."""

from pathlib import Path

import pytest

from tests.trees import Product


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty product for upstream 1.0.0."""
    return Product(tmp_path)
