"""Every stage explains itself without settings, and its --help is its docstring."""

import importlib
from pathlib import Path

import pytest

from scripts.lib import cli

STAGES = sorted(p.stem for p in Path(cli.__file__).parents[1].glob("*.py") if p.stem != "__init__")


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_explains_itself_without_settings(
    stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = importlib.import_module(f"scripts.{stage}")
    monkeypatch.setenv("CHECKOUT", str(tmp_path))
    monkeypatch.setattr("sys.argv", [stage, "--help"])
    source = Path(module.__file__ or "").read_text()
    call = source[source.rindex("    cli.main(") :]
    with pytest.raises(SystemExit) as ended:
        exec(call.strip(), vars(module))  # noqa: S102  the stage's own last line
    assert ended.value.code == 0
    assert (module.__doc__ or "?").strip().splitlines()[0] in capsys.readouterr().out
