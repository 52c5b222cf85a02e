"""The customized tree of the real upstream: what the licence protects is untouched."""

from scripts.lib import workspace
from scripts.lib.brand import protected
from scripts.lib.files import FileMap
from scripts.lib.settings.brand import BrandFile
from scripts.lib.settings.loading import load
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


def test_what_is_protected_is_byte_identical_in_every_file(line: Line) -> None:
    line.invoke("customize")
    path = line.checkout / "out/lusochat/workspace"
    before, after = (workspace.base_files(path, at) for at in (str(line.record("source")["base"]), "HEAD"))
    brand = load(line.checkout / "customizations/lusochat/brand.yaml", BrandFile)
    assert protected.differences(brand, before, after, before.names()) == []
    for entry in brand.protected:
        alone = brand.model_copy(update={"protected": (entry,)})
        assert protected.differences(alone, before, FileMap({}), before.names()) != [], entry.why
