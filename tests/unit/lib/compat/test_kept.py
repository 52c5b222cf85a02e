"""Of a release's archive only what steps look at is kept, each content once."""

import zipfile
from pathlib import Path

import pytest

from scripts.lib.compat import kept
from scripts.lib.errors import CommandFailed
from tests.unit.lib.compat.conftest import Pack

FILES = {"src/a.ts": b"a", "src/b.ts": b"b", "big.bin": b"0" * 1000}


def objects(cache: Path) -> list[Path]:
    return sorted(path for path in (cache / "kept" / "objects").rglob("*") if path.is_file())


def test_what_steps_look_at_is_kept_and_every_path_is_known(tmp_path: Path, pack: Pack) -> None:
    kept.keep(tmp_path, "1" * 64, pack(FILES), ["src/*.ts"], "it")
    found = kept.of(tmp_path, "1" * 64)
    assert found.read("src/a.ts") == b"a"
    assert found.read("big.bin") is None
    assert sorted(found.names()) == sorted(FILES)
    assert len(objects(tmp_path)) == 2


def test_a_release_that_was_kept_is_found_again(tmp_path: Path, pack: Pack) -> None:
    kept.keep(tmp_path, "1" * 64, pack(FILES), ["src/*.ts"], "it")
    found = kept.find(tmp_path, "1" * 64, ["src/*.ts", "absent.txt"])
    assert found
    assert found.read("src/b.ts") == b"b"


def test_a_release_is_brought_again_where_a_step_looks_at_more(tmp_path: Path, pack: Pack) -> None:
    kept.keep(tmp_path, "1" * 64, pack(FILES), ["src/a.ts"], "it")
    assert kept.find(tmp_path, "1" * 64, ["src/a.ts"])
    assert kept.find(tmp_path, "1" * 64, ["src/*.ts"]) is None


def test_the_same_content_of_two_releases_is_kept_once(tmp_path: Path, pack: Pack) -> None:
    kept.keep(tmp_path, "1" * 64, pack(FILES), ["src/*.ts"], "one")
    kept.keep(tmp_path, "2" * 64, pack(FILES | {"src/b.ts": b"new"}, "it-2.0.0"), ["src/*.ts"], "two")
    assert len(objects(tmp_path)) == 3


def test_a_release_that_lies_in_a_folder_is_kept_by_the_globs_of_the_whole_tree(tmp_path: Path, pack: Pack) -> None:
    kept.keep(tmp_path, "1" * 64, pack(FILES), ["third/src/a.ts", "src/b.ts"], "it", "third/")
    assert kept.of(tmp_path, "1" * 64).read("src/a.ts") == b"a"
    assert kept.of(tmp_path, "1" * 64).read("src/b.ts") is None
    assert kept.find(tmp_path, "1" * 64, ["third/src/a.ts", "src/b.ts"], "third/")
    assert kept.find(tmp_path, "1" * 64, ["third/src/*.ts"], "third/") is None


def test_an_archive_of_several_folders_is_read_as_it_is(tmp_path: Path) -> None:
    archive = tmp_path / "it.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a/x.txt", b"x")
        file.writestr("b/y.txt", b"y")
    kept.keep(tmp_path, "1" * 64, archive, ["a/x.txt"], "it")
    found = kept.of(tmp_path, "1" * 64)
    assert sorted(found.names()) == ["a/x.txt", "b/y.txt"]
    assert found.read("a/x.txt") == b"x"


def test_damaged_content_is_never_returned(tmp_path: Path, pack: Pack) -> None:
    kept.keep(tmp_path, "1" * 64, pack(FILES), ["src/a.ts"], "it")
    (only,) = objects(tmp_path)
    only.write_bytes(only.read_bytes()[:-1] + b"\0")
    found = kept.find(tmp_path, "1" * 64, ["src/a.ts"])
    assert found
    with pytest.raises(CommandFailed, match="is damaged and was removed"):
        found.read("src/a.ts")
    assert kept.find(tmp_path, "1" * 64, ["src/a.ts"]) is None


def test_a_damaged_list_of_paths_is_as_none(tmp_path: Path, pack: Pack) -> None:
    kept.keep(tmp_path, "1" * 64, pack(FILES), ["src/a.ts"], "it")
    (tmp_path / "kept" / "trees" / ("1" * 64)).write_bytes(b"no")
    assert kept.find(tmp_path, "1" * 64, ["src/a.ts"]) is None


def test_a_truncated_archive_is_named_and_nothing_is_found_of_it(tmp_path: Path, pack: Pack) -> None:
    archive = pack(FILES)
    archive.write_bytes(archive.read_bytes()[:60])
    with pytest.raises(CommandFailed, match=r"it-1\.0\.0 is truncated or damaged"):
        kept.keep(tmp_path, "1" * 64, archive, ["src/a.ts"], "it-1.0.0")
    assert kept.find(tmp_path, "1" * 64, ["src/a.ts"]) is None


def test_what_nobody_asks_for_goes_where_too_much_is_kept(
    tmp_path: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keep(tmp_path, "1" * 64, pack(FILES), ["src/*.ts"], "one")
    kept.keep(tmp_path, "2" * 64, pack(FILES | {"src/b.ts": b"new"}, "it-2.0.0"), ["src/*.ts"], "two")
    kept.trim(tmp_path, ["2" * 64])
    assert kept.find(tmp_path, "1" * 64, ["src/*.ts"])
    monkeypatch.setattr(kept, "MOST", 10)
    kept.trim(tmp_path, ["2" * 64])
    assert kept.find(tmp_path, "1" * 64, ["src/*.ts"]) is None
    assert kept.find(tmp_path, "2" * 64, ["src/*.ts"])
    assert len(objects(tmp_path)) == 2
