"""The tree is one source at the top and others in folders of it, each without what is left out."""

from pathlib import Path
from typing import Any

import pytest

from scripts.lib import source_tree
from scripts.lib.errors import SettingsInvalid
from scripts.lib.files import FileMap, Laid
from scripts.lib.settings.loading import read_yaml
from scripts.lib.settings.product import Product
from scripts.lib.source_tree import SourceTree
from tests.tiny import TINY
from tests.unit.lib.test_unpack import zip_of

LICENCE = {"file": "LICENSE", "rules": [{"versions": {}, "name": "MIT", "needs_basis": False}]}
WHEEL = {"kind": "archive", "url": "app.whl", "into": "third/app", "licence": LICENCE}
TREE = {"top__main_py": b"1", "top__docs__a_md": b"2", "top__docs__deep__b_md": b"3", "top__LICENSE": b"4"}
APP = {"app__routes_py": b"5", "app__big_bin": b"6", "info__METADATA": b"7"}


def laid(tmp_path: Path, out: tuple[str, ...] = (), **wheel: Any) -> SourceTree:
    """Lay both archives out in `tree`."""
    data = read_yaml(TINY / "checkout/customizations/tiny/product.yaml")
    upstream = {"kind": "archive", "url": "tree.zip", "leave_out": out}
    product = Product.model_validate(data | {"sources": {"upstream": upstream, "app": WHEEL | wheel}, "release": None})
    packed = {"upstream": zip_of(tmp_path / "tree.zip", **TREE), "app": zip_of(tmp_path / "app.whl", **APP)}
    return source_tree.lay_out(product, packed, tmp_path / "tree")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_source_lies_in_its_folder_and_what_is_left_out_lies_nowhere(tmp_path: Path) -> None:
    made = laid(tmp_path, ("docs/**",), leave_out=("app/*_bin",))
    assert list(made.files) == files(tmp_path / "tree")
    assert list(made.files) == ["LICENSE", "main_py", "third/app/app/routes_py", "third/app/info/METADATA"]
    assert sorted(made.sources["app"]) == ["app/routes_py", "info/METADATA"]
    assert not (tmp_path / "tree/docs").exists(), "a folder without a file stays"


def test_a_folder_that_keeps_a_file_stays(tmp_path: Path) -> None:
    laid(tmp_path, ("docs/deep/**",))
    assert sorted(path.name for path in (tmp_path / "tree/docs").iterdir()) == ["a_md"]


@pytest.mark.parametrize("folder", ["docs", "docs/deep", "main_py", "main_py/app"])
def test_a_folder_that_the_tree_has_already_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"sources.app.into: the tree has {folder} already, such as "):
        laid(tmp_path, into=folder)


def test_a_folder_whose_files_are_left_out_is_free(tmp_path: Path) -> None:
    assert "docs/app/routes_py" in laid(tmp_path, ("docs/**",), into="docs").files


def test_a_name_that_only_begins_alike_is_free(tmp_path: Path) -> None:
    assert "doc/app/routes_py" in laid(tmp_path, into="doc").files


def test_what_is_kept_of_releases_looks_like_the_tree_that_is_laid_out(tmp_path: Path) -> None:
    made = laid(tmp_path, ("docs/**",), leave_out=("app/*_bin",))
    top = {name.removeprefix("top__").replace("__", "/"): data for name, data in TREE.items()}
    inner = {name.replace("__", "/"): data for name, data in APP.items()}
    seen = Laid({"": (FileMap(top), ("docs/**",)), "third/app": (FileMap(inner), ("app/*_bin",))})
    assert sorted(seen.names()) == list(made.files)
    assert {path: seen.read(path) for path in seen.names()} == {
        path: (tmp_path / "tree" / path).read_bytes() for path in made.files
    }
    assert [seen.read(path) for path in ("docs/a_md", "third/app/app/big_bin", "third/app/none")] == [None, None, None]
