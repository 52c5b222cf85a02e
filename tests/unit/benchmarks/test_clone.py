"""What the benchmarks change in the customization is there to be changed."""

from pathlib import Path

import pytest

from benchmarks.clone import BACK_END, PRODUCT, ROOT, TEXT, Change, Clone
from scripts.lib.errors import CommandFailed
from scripts.lib.settings.environment import Environment
from scripts.lib.settings.loading import load


def clone(root: Path) -> Clone:
    """A clone that nothing was made for."""
    made = Clone.__new__(Clone)
    made.checkout, made.dev = root, root / "compose/environments/dev.yaml"
    return made


@pytest.mark.parametrize("change", [TEXT, BACK_END], ids=["text", "back end"])
def test_each_change_changes_one_place(change: Change, tmp_path: Path) -> None:
    place = Path("customizations") / PRODUCT / change.file
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).write_text((ROOT / place).read_text())
    clone(tmp_path).change(change)
    assert change.after in (tmp_path / place).read_text()
    with pytest.raises(CommandFailed, match="is not there once"):
        clone(tmp_path).change(change)


def test_an_environment_that_asks_for_everything_is_one(tmp_path: Path) -> None:
    made = clone(tmp_path)
    made.dev.parent.mkdir(parents=True)
    made.dev.write_text((ROOT / "compose/environments/dev.yaml").read_text())
    found = load(made.dev.with_name(f"{made.ask_for_everything()}.yaml"), Environment)
    assert found.parts == {"proofs", "branding", "functions"}
