"""Several files are written together or not at all."""

from pathlib import Path

import pytest

from scripts.lib.write_together import write_together


def test_all_files_are_written(tmp_path: Path) -> None:
    write_together({tmp_path / "a": "1", tmp_path / "new/b": "2"})
    assert {p.name: p.read_text() for p in tmp_path.rglob("*") if p.is_file()} == {"a": "1", "b": "2"}


def test_where_one_cannot_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("before")
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        write_together({tmp_path / "a": "1", tmp_path / "file/b": "2"})
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a": "before", "file": ""}


def test_where_the_second_cannot_be_renamed_the_first_is_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("before")
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == "c":
            raise OSError("no")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no"):
        write_together({tmp_path / "a": "1", tmp_path / "b": "2", tmp_path / "c": "3"})
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a": "before"}
