"""Settings of a few lines, and what is wrong with them."""

from pathlib import Path
from typing import TypeVar

import pydantic
import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.loading import load

M = TypeVar("M", bound=pydantic.BaseModel)
STEP = """\
steps:
  - id: title
    kind: text
    why: a reason
    path: page.html
    alternatives:
      - { find: old, replace: new }
    proofs:
      - { layer: http, get: /, contains: new }
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Where the settings under test lie."""
    return tmp_path / "settings.yaml"


def problems(path: Path, model: type[M], text: str | bytes) -> list[str]:
    """Return what is wrong with `text`, without the file's name, which every line must begin with."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsInvalid) as caught:
        load(path, model)
    assert caught.value.exit_code == 2
    assert all(problem.startswith(str(path)) for problem in caught.value.problems)
    return [problem.removeprefix(str(path)).removeprefix(": ") for problem in caught.value.problems]
