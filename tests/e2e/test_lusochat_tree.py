"""The customized tree of the real upstream: what the licence protects is untouched."""

from scripts.lib import workspace
from tests.e2e.conftest import Line
from tests.licence_lines import touched


def test_licence_texts_and_what_they_cover_by_name_are_byte_identical(line: Line) -> None:
    line.invoke("customize")
    path = line.checkout / "out/lusochat/workspace"
    base = str(line.record("source")["base"])
    changed = workspace.changed_files(path, base, "HEAD")
    assert "src/app.html" in changed
    assert not [name for name in changed if "LICEN" in name.upper()]
    assert touched(workspace.base_files(path, base), workspace.base_files(path, "HEAD"), changed) == []
