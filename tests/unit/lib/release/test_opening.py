"""A release is unpacked and looked through; one that is built otherwise than expected is refused with every place."""

import os
import time
import zipfile
from pathlib import Path

import pytest

from scripts.lib import cache
from scripts.lib.errors import CommandFailed, RecordMissing
from scripts.lib.records import FetchedSource
from scripts.lib.release import opening
from scripts.lib.release.opening import open_bundle
from scripts.lib.settings.images import Release
from scripts.lib.unpack import Caps
from tests.unit.lib.release.conftest import Edit, Opener

CHUNKS = "_app/immutable/chunks/"
MODULE = "./locales/{locale}/translation.json"


def replacing(name: str, old: str, new: str) -> Edit:
    def edit(files: dict[str, bytes]) -> None:
        assert old.encode() in files[name]
        files[name] = files[name].replace(old.encode(), new.encode())

    return edit


def copying(name: str, to: str) -> Edit:
    def edit(files: dict[str, bytes]) -> None:
        files[to] = files[name]

    return edit


def test_the_locales_and_the_version_are_found(open_tiny: Opener) -> None:
    index = open_tiny().index
    assert {locale: chunk.path for locale, chunk in index.locales[MODULE].items()} == {
        "de-DE": f"{CHUNKS}DE10.js",
        "en-US": f"{CHUNKS}EN10.js",
        "pt-PT": f"{CHUNKS}PT10.js",
    }
    assert index.version == "c0ffee01"
    assert index.version_places == {f"{CHUNKS}CqE0.js": 1, f"{CHUNKS}DU40.js": 1}


def test_no_file_is_as_old_as_the_wheel_says(open_tiny: Opener) -> None:
    bundle = open_tiny()
    assert all((bundle.folder / name).stat().st_mtime > time.time() - 3600 for name in bundle.names())


def test_what_is_left_out_is_not_unpacked(open_tiny: Opener) -> None:
    def add_map(files: dict[str, bytes]) -> None:
        files[f"{CHUNKS}CqE0.js.map"] = b"{}"

    assert not [name for name in open_tiny(add_map).names() if name.endswith(".map")]


def test_the_same_wheel_is_unpacked_once(open_tiny: Opener) -> None:
    first = (open_tiny().folder / "index.html").stat().st_ino
    assert (open_tiny().folder / "index.html").stat().st_ino == first


def test_a_cached_release_that_was_written_into_is_unpacked_anew(open_tiny: Opener) -> None:
    first = open_tiny()
    page = first.folder / "index.html"
    good, then = page.read_bytes(), page.stat()
    page.write_bytes(good.replace(b"Tiny", b"Tony"))
    os.utime(page, ns=(then.st_atime_ns, then.st_mtime_ns))
    assert open_tiny().read("index.html") == good
    (first.folder / "more.js").write_text("x")
    assert open_tiny().read("more.js") is None


def test_a_wheel_that_unpacks_to_too_much_is_refused(open_tiny: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "Caps", lambda: Caps(size=1000))
    with pytest.raises(CommandFailed, match=r"tiny\.whl is larger than 1000 bytes when unpacked"):
        open_tiny()


def test_a_damaged_stream_in_a_wheel_is_refused(tmp_path: Path, release: Release) -> None:
    def damaged(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
            wheel.writestr("tiny-1.dist-info/METADATA", "Version: 1\n" * 100)
        whole = path.read_bytes()
        start = whole.index(b"METADATA") + len(b"METADATA")
        path.write_bytes(whole[:start] + b"\xff" * 8 + whole[start + 8 :])

    sha256 = cache.add(tmp_path, damaged)
    fetched = FetchedSource(kind="pypi", version="1", resolved="0", address="x.whl", stored=sha256, fingerprint="")
    with pytest.raises(CommandFailed, match=r"x\.whl is no whole wheel: Error -3"):
        open_bundle(fetched, "1", release, tmp_path)


def test_a_wheel_of_another_version_is_refused(open_tiny: Opener, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"tiny\.whl is of version 1\.0\.1, the tree of version 1\.0\.0"):
        open_tiny(version="1.0.1")
    assert not [p for p in (tmp_path / "releases").iterdir() if p.is_dir()]


def test_a_release_without_the_map_is_refused(open_tiny: Opener) -> None:
    with pytest.raises(CommandFailed, match=r"the map of \./locales/\{locale\}.* stands in no script"):
        open_tiny(replacing(f"{CHUNKS}CZ30.js", "./locales/", "./texts/"))


def test_a_release_with_two_maps_is_refused(open_tiny: Opener) -> None:
    with pytest.raises(CommandFailed, match=rf"in 2 scripts: {CHUNKS}CZ30\.js, {CHUNKS}CZ31\.js"):
        open_tiny(copying(f"{CHUNKS}CZ30.js", f"{CHUNKS}CZ31.js"))


def test_a_chunk_that_does_not_parse_is_refused_with_its_name(open_tiny: Opener) -> None:
    with pytest.raises(CommandFailed, match=rf"{CHUNKS}PT10\.js: does not parse"):
        open_tiny(replacing(f"{CHUNKS}PT10.js", "const e=", "const e=="))


def test_every_problem_is_told_at_once(open_tiny: Opener) -> None:
    def both(files: dict[str, bytes]) -> None:
        del files[f"{CHUNKS}DE10.js"]
        files["_app/version.json"] = b"[]"

    with pytest.raises(CommandFailed) as refused:
        open_tiny(both)
    assert len(refused.value.problems) == 2
    assert refused.value.problems[0].startswith(f"{CHUNKS}DE10.js: the release does not have this chunk")


def test_a_script_that_takes_a_named_text_is_refused(open_tiny: Opener) -> None:
    def import_name(files: dict[str, bytes]) -> None:
        files["_app/immutable/entry/x.js"] = b'import{Name as n}from"../chunks/PT10.js";n;'

    with pytest.raises(CommandFailed, match=r"entry/x\.js: takes more than the default export of PT10\.js"):
        open_tiny(import_name)


def test_a_style_that_names_the_immutable_folder_is_remembered(open_tiny: Opener) -> None:
    def name_folder(files: dict[str, bytes]) -> None:
        files["_app/immutable/assets/x.css"] = b"a{src:url(/_app/immutable/assets/f.woff)}"
        files["_app/immutable/assets/y.css"] = b"a{src:url(../f.woff)}"

    assert open_tiny(name_folder).index.styles == ("_app/immutable/assets/x.css",)


def test_another_page_that_names_the_immutable_folder_is_refused(open_tiny: Opener) -> None:
    def name_folder(files: dict[str, bytes]) -> None:
        files["offline.html"] = b'<script src="/_app/immutable/x.js"></script>'

    with pytest.raises(CommandFailed, match=r"offline\.html: names _app/immutable/"):
        open_tiny(name_folder)


def test_a_truncated_wheel_is_refused(tmp_path: Path, release: Release) -> None:
    def half(path: Path) -> None:
        path.write_bytes(b"PK\3\4 and no more")

    sha256 = cache.add(tmp_path, half)
    fetched = FetchedSource(kind="pypi", version="1", resolved="0", address="x.whl", stored=sha256, fingerprint="")
    with pytest.raises(CommandFailed, match=r"x\.whl is no whole wheel"):
        open_bundle(fetched, "1", release, tmp_path)


def test_a_wheel_that_is_not_in_the_cache_is_asked_for(tmp_path: Path, release: Release) -> None:
    fetched = FetchedSource(kind="pypi", version="1", resolved="0", address="x.whl", stored="x.whl", fingerprint="")
    with pytest.raises(RecordMissing, match=r"x\.whl is not in the cache"):
        open_bundle(fetched, "1", release, tmp_path)
