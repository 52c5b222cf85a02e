"""The product's folder and version for each check."""

from pathlib import Path

import pytest

from scripts.lib.steps import StepContext


@pytest.fixture
def context(tmp_path: Path) -> StepContext:
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand/texts.yaml").write_text("texts: {account: {default: Student, pt-PT: Estudante}}")
    return StepContext(tmp_path, "1.2.0", tmp_path)
