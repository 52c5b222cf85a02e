"""A projected release is laid out under names of its own, and the cached one is never touched."""

import json
from pathlib import Path

import pytest

from scripts.lib.errors import CommandFailed
from scripts.lib.release.site import Site, lay_out
from scripts.lib.settings.images import Release
from tests.unit.lib.release.conftest import Opener

CHUNKS = "_app/immutable/chunks/"


@pytest.fixture
def site(open_tiny: Opener, release: Release, tmp_path: Path) -> Site:
    changes = {f"{CHUNKS}PT10.js": b"ours", "static/favicon.png": b"icon", "static/advert.txt": None}
    return lay_out(open_tiny(), changes, "abc", release, tmp_path / "site")


def below(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_what_a_tree_changes_lies_apart_from_what_is_stable(site: Site) -> None:
    assert below(site.folder / "fresh") == {"index.html", "_app/version.json", "static/favicon.png"}
    assert below(site.folder / "stable") == set()
    assert (site.folder / "immutable/chunks/PT10.js").read_bytes() == b"ours"
    assert len(below(site.folder / "immutable")) == 7


def test_the_page_names_the_renamed_folder_at_the_same_depth(site: Site) -> None:
    page = (site.folder / "fresh/index.html").read_text()
    assert site.immutable == "_app/immutable-abc"
    assert page.count("/_app/immutable-abc/") == 2
    assert "/_app/immutable/" not in page


def test_styles_name_the_renamed_folder_too(open_tiny: Opener, release: Release, tmp_path: Path) -> None:
    def name_folder(files: dict[str, bytes]) -> None:
        files["_app/immutable/assets/x.css"] = b"a{src:url(/_app/immutable/assets/f.woff)}"

    site = lay_out(open_tiny(name_folder), {}, "abc", release, tmp_path / "site")
    assert (site.folder / "immutable/assets/x.css").read_bytes() == b"a{src:url(/_app/immutable-abc/assets/f.woff)}"


def test_page_and_scripts_agree_on_the_new_version(site: Site) -> None:
    assert json.loads((site.folder / "fresh/_app/version.json").read_text()) == {"version": "c0ffee01-abc"}
    for name in ("CqE0", "DU40"):
        text = (site.folder / f"immutable/chunks/{name}.js").read_text()
        assert text.count("c0ffee01") == text.count("c0ffee01-abc") == 1


def test_the_cached_release_is_never_changed(open_tiny: Opener, release: Release, tmp_path: Path) -> None:
    bundle = open_tiny()
    before = {name: (bundle.read(name), (bundle.folder / name).stat().st_mtime_ns) for name in bundle.names()}
    for tag in ("abc", "def"):
        lay_out(bundle, {f"{CHUNKS}PT10.js": b"ours", "static/x": b"x"}, tag, release, tmp_path / "site")
    assert {name: (bundle.read(name), (bundle.folder / name).stat().st_mtime_ns) for name in bundle.names()} == before


def test_a_second_site_keeps_nothing_of_the_first(open_tiny: Opener, release: Release, tmp_path: Path) -> None:
    lay_out(open_tiny(), {"static/x.txt": b"x"}, "abc", release, tmp_path / "site")
    site = lay_out(open_tiny(), {}, "def", release, tmp_path / "site")
    assert not (site.folder / "fresh/static/x.txt").exists()
    assert below(site.folder / "stable") == {"static/advert.txt", "static/favicon.png"}


def test_an_edit_of_the_version_itself_is_refused(open_tiny: Opener, release: Release, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"DU40\.js: a compiled edit changes the version c0ffee01"):
        lay_out(open_tiny(), {f"{CHUNKS}DU40.js": b"const s='';"}, "abc", release, tmp_path / "site")
