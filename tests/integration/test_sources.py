"""Sources from a real index, web server and git repositories, all on this machine; good ones and bad ones."""

import hashlib
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import download, shell, sources
from scripts.lib.errors import CommandFailed, Failure, GateRefused, ResourceMissing, SettingsInvalid
from scripts.lib.lock_file import UpstreamLock
from scripts.lib.settings.loading import read_yaml
from scripts.lib.settings.product import Product
from scripts.lib.sources.place import Place
from scripts.lib.unpack import unpack
from tests import tiny
from tests.integration.web import Web, web

SDIST = "tiny-1.0.0.tar.gz"
WHEEL = "tiny-1.0.0-py3-none-any.whl"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "root").mkdir()
    return Place(root=tmp_path / "root", cache=tmp_path / "cache")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr(download, "FIRST_WAIT", 0.01)
    with web() as there:
        yield there


@pytest.fixture
def packed(tmp_path: Path) -> dict[str, bytes]:
    """Tiny as it would lie on an index."""
    tiny.pack_source(tmp_path / SDIST)
    tiny.pack_release(tmp_path / WHEEL)
    return {name: (tmp_path / name).read_bytes() for name in (SDIST, WHEEL)}


def product(**given: dict[str, Any]) -> Product:
    data = read_yaml(tiny.TINY / "checkout/customizations/tiny/product.yaml")
    return Product.model_validate(data | {"sources": given, "release": None})


def on_index(server: Web, **more: Any) -> dict[str, Any]:
    return {"kind": "pypi", "project": "tiny", "index": f"{server.address}/simple/"} | more


def refused(error: type[Failure], wanted: Product, place: Place, lock: UpstreamLock | None = None) -> Failure:
    with pytest.raises(error) as failure:
        sources.bring_all(wanted, lock or sources.resolve_all(wanted, place), place)
    assert not list((place.cache / "parts").glob("*"))
    return failure.value


def repository(folder: Path) -> Path:
    """Make a git repository with one commit, tagged v1."""
    folder.mkdir()
    (folder / "package.json").write_text('{"version": "1.2.3"}')
    (folder / "left-out.txt").write_text("in every checkout\n")
    (folder / ".gitattributes").write_text("left-out.txt export-ignore text eol=crlf\n")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "one")
    git(folder, "tag", "-a", "v1", "-m", "v1")
    return folder


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "core.autocrlf=false"]
    return shell.run(["git", "-C", folder, *identity, *words]).output.strip()


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def test_an_sdist_and_its_wheel_come_from_the_index_once(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", packed | {"tiny-2.0.0.tar.gz": b"", "tiny-1.1.0.dev1.tar.gz": b""})
    wanted = product(
        release=on_index(server, artifact="wheel", version_of="upstream"), upstream=on_index(server, version="<2")
    )
    lock = sources.resolve_all(wanted, place)
    assert [(s.version, s.address) for s in lock.sources.values()] == [("1.0.0", WHEEL), ("1.0.0", SDIST)]
    artifacts = sources.bring_all(wanted, lock, place)
    assert artifacts["upstream"].read_bytes() == packed[SDIST]
    assert artifacts["release"].read_bytes() == packed[WHEEL]
    server.asked.clear()
    assert sources.bring_all(wanted, lock, place) == artifacts
    assert server.asked == []


def test_damaged_content_of_the_cache_is_brought_anew(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", packed)
    wanted = product(upstream=on_index(server))
    lock = sources.resolve_all(wanted, place)
    stored = sources.bring_all(wanted, lock, place)["upstream"]
    stored.write_bytes(packed[SDIST][:-1] + b"x")
    assert sources.bring_all(wanted, lock, place)["upstream"].read_bytes() == packed[SDIST]


def test_two_runs_that_want_the_same_bring_it_once(
    server: Web, place: Place, packed: dict[str, bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    server.index("tiny", packed)
    wanted = product(upstream=on_index(server))
    lock = sources.resolve_all(wanted, place)
    server.slow[f"/files/{SDIST}"] = 1.0
    with ThreadPoolExecutor(2) as runs:
        found = list(runs.map(lambda _: sources.bring_all(wanted, lock, place), range(2)))
    assert found[0] == found[1]
    assert server.asked.count(f"/files/{SDIST}") == 1
    assert "another run brings the same" in capfd.readouterr().err


def test_an_index_that_cannot_be_reached_is_named_by_its_project(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "FIRST_WAIT", 0.01)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    failure = refused(
        ResourceMissing,
        product(upstream={"kind": "pypi", "project": "tiny", "index": f"http://127.0.0.1:{port}/"}),
        place,
    )
    assert failure.problems[0].startswith("sources.upstream: the package index of tiny cannot be asked")
    assert "index" in failure.hint
    assert failure.exit_code == 4


def test_a_project_that_the_index_does_not_have_is_a_matter_of_settings(server: Web, place: Place) -> None:
    failure = refused(SettingsInvalid, product(upstream=on_index(server)), place)
    assert failure.problems == ("sources.upstream: the index has no project 'tiny'",)


def test_a_version_without_the_artifact_is_said(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", {SDIST: packed[SDIST]})
    failure = refused(SettingsInvalid, product(upstream=on_index(server, artifact="wheel", version="1.0.0")), place)
    assert failure.problems == ("sources.upstream: tiny has no wheel of version 1.0.0 on its index",)


def test_a_short_fault_of_the_server_is_waited_out(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", packed)
    server.broken = {"/simple/tiny/": 1, f"/files/{SDIST}": 2}
    wanted = product(upstream=on_index(server))
    assert sources.bring_all(wanted, sources.resolve_all(wanted, place), place)["upstream"].is_file()
    assert server.asked.count(f"/files/{SDIST}") == 3


def test_a_download_that_breaks_off_is_tried_again_then_refused(
    server: Web, place: Place, packed: dict[str, bytes]
) -> None:
    server.index("tiny", packed)
    server.cut.add(f"/files/{SDIST}")
    failure = refused(ResourceMissing, product(upstream=on_index(server)), place)
    assert f"{SDIST} cannot be downloaded" in failure.problems[0]
    assert server.asked.count(f"/files/{SDIST}") == download.ATTEMPTS


def test_a_file_that_is_not_there_is_not_asked_for_twice(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", packed)
    del server.pages[f"/files/{SDIST}"]
    failure = refused(CommandFailed, product(upstream=on_index(server)), place)
    assert SDIST in failure.problems[0]
    assert "404" in failure.problems[0]
    assert server.asked.count(f"/files/{SDIST}") == 1


def test_content_that_is_not_what_the_index_states_is_refused(
    server: Web, place: Place, packed: dict[str, bytes]
) -> None:
    server.index("tiny", packed, hashes={SDIST: "0" * 64})
    failure = refused(GateRefused, product(upstream=on_index(server)), place)
    assert failure.problems[0] == (
        f"sources.upstream: {SDIST} has sha256 {hashlib.sha256(packed[SDIST]).hexdigest()}, "
        f"not {'0' * 64} as it was promised"
    )


def test_a_release_that_changed_since_it_was_locked_is_refused(
    server: Web, place: Place, packed: dict[str, bytes]
) -> None:
    server.index("tiny", packed)
    wanted = product(upstream=on_index(server))
    lock = sources.resolve_all(wanted, place)
    server.index("tiny", {SDIST: b"another"})
    failure = refused(GateRefused, wanted, place, lock)
    assert failure.problems[0] == (
        f"sources.upstream: {SDIST} has sha256 {hashlib.sha256(b'another').hexdigest()} on the index "
        f"and {hashlib.sha256(packed[SDIST]).hexdigest()} in the lock"
    )


def test_a_release_that_was_taken_off_the_index_is_said(server: Web, place: Place, packed: dict[str, bytes]) -> None:
    server.index("tiny", packed)
    wanted = product(upstream=on_index(server))
    lock = sources.resolve_all(wanted, place)
    server.index("tiny", {})
    failure = refused(CommandFailed, wanted, place, lock)
    assert failure.problems == (f"sources.upstream: tiny's index does not list {SDIST} any more",)


def test_a_wheel_that_is_of_another_version_inside_is_refused(
    server: Web, place: Place, packed: dict[str, bytes], tmp_path: Path
) -> None:
    tiny.pack_release(tmp_path / "other", version="1.0.1")
    server.index("tiny", packed | {WHEEL: (tmp_path / "other").read_bytes()})
    wanted = product(upstream=on_index(server), release=on_index(server, artifact="wheel", version_of="upstream"))
    failure = refused(GateRefused, wanted, place)
    assert failure.problems == (f"sources.release: the wheel {WHEEL} says it is version 1.0.1, not 1.0.0",)


def test_an_archive_comes_from_a_web_server_and_may_not_change(
    server: Web, place: Place, packed: dict[str, bytes]
) -> None:
    server.pages["/tiny.tar.gz"] = packed[SDIST]
    wanted = product(upstream={"kind": "archive", "url": f"{server.address}/tiny.tar.gz"})
    lock = sources.resolve_all(wanted, place)
    assert lock.sources["upstream"].version == tiny.VERSION
    stored = sources.bring_all(wanted, lock, place)["upstream"]
    stored.unlink()
    server.pages["/tiny.tar.gz"] = b"another"
    assert "as it was promised" in refused(GateRefused, wanted, place, lock).problems[0]


def test_an_archive_lies_in_the_checkout_or_the_message_says_where_it_does_not(
    place: Place, packed: dict[str, bytes]
) -> None:
    wanted = product(upstream={"kind": "archive", "url": "tiny.tar.gz"})
    failure = refused(SettingsInvalid, wanted, place)
    assert failure.problems == (f"sources.upstream.url: there is no file {place.root / 'tiny.tar.gz'}",)
    (place.root / "tiny.tar.gz").write_bytes(packed[SDIST])
    assert sources.resolve_all(wanted, place).sources["upstream"].version == tiny.VERSION


def test_a_tree_that_names_no_version_is_said_with_its_file(place: Place, packed: dict[str, bytes]) -> None:
    (place.root / "tiny.tar.gz").write_bytes(packed[SDIST])
    wanted = product(upstream={"kind": "archive", "url": "tiny.tar.gz", "version_file": {"path": "LICENSE"}})
    failure = refused(CommandFailed, wanted, place)
    assert failure.problems == ("sources.upstream: tiny.tar.gz: LICENSE has no version at the key 'version'",)


def test_a_folder_is_taken_without_its_git_and_may_not_change_unsaid(place: Place) -> None:
    folder = repository(place.root / "tree")
    (folder / "run").write_text("#!/bin/sh\n")
    (folder / "run").chmod(0o755)
    wanted = product(upstream={"kind": "path", "path": "tree"})
    lock = sources.resolve_all(wanted, place)
    artifact = sources.bring_all(wanted, lock, place)["upstream"]
    found = unpack(artifact, place.root / "unpacked", "it")
    assert list(found) == [".gitattributes", "left-out.txt", "package.json", "run"]
    assert (place.root / "unpacked/run").stat().st_mode & 0o100
    (folder / "run").write_text("#!/bin/sh\nexit 1\n")
    failure = refused(GateRefused, wanted, place, lock)
    assert failure.problems == ("sources.upstream: the folder tree has changed since it was locked",)
    assert failure.hint.endswith("invoke update")


@pytest.mark.parametrize("ref", ["main", "v1", "commit"])
def test_a_branch_a_tag_and_a_commit_bring_every_file_as_it_was_committed(place: Place, ref: str) -> None:
    folder = repository(place.root / "tree")
    head = git(folder, "rev-parse", "HEAD")
    wanted = product(upstream={"kind": "git", "url": "tree", "ref": head if ref == "commit" else ref})
    lock = sources.resolve_all(wanted, place)
    full = {"main": "refs/heads/main", "v1": "refs/tags/v1", "commit": head}[ref]
    assert lock.sources["upstream"].model_dump() == {
        "kind": "git", "version": "1.2.3", "resolved": head, "address": f"tree@{full}",
    }  # fmt: skip
    unpack(sources.bring_all(wanted, lock, place)["upstream"], place.root / "unpacked", "it")
    assert (place.root / "unpacked/left-out.txt").read_bytes() == b"in every checkout\n"


def test_a_branch_that_went_on_still_brings_the_locked_commit(place: Place, tmp_path: Path) -> None:
    folder = repository(place.root / "tree")
    wanted = product(upstream={"kind": "git", "url": "tree", "ref": "main"})
    lock = sources.resolve_all(wanted, place)
    commit(folder, "two")
    fresh = Place(place.root, tmp_path / "fresh")
    assert sources.bring_all(wanted, lock, fresh)["upstream"].read_bytes()
    assert sources.resolve_all(wanted, place) != lock


def test_a_tag_that_was_moved_is_refused(place: Place, tmp_path: Path) -> None:
    folder = repository(place.root / "tree")
    wanted = product(upstream={"kind": "git", "url": "tree", "ref": "v1"})
    lock = sources.resolve_all(wanted, place)
    other = commit(folder, "two")
    git(folder, "tag", "-f", "v1")
    failure = refused(GateRefused, wanted, Place(place.root, tmp_path / "fresh"), lock)
    was = lock.sources["upstream"].resolved
    assert failure.problems == (f"sources.upstream: the tag v1 of tree was moved: it is {other}, the lock says {was}",)


def test_a_ref_that_is_not_there_is_said(place: Place) -> None:
    repository(place.root / "tree")
    failure = refused(SettingsInvalid, product(upstream={"kind": "git", "url": "tree", "ref": "v9"}), place)
    assert failure.problems == ("sources.upstream: tree has no branch or tag 'v9'",)


def test_a_repository_that_is_not_there_is_said_with_what_git_says(place: Place) -> None:
    failure = refused(CommandFailed, product(upstream={"kind": "git", "url": "./none", "ref": "main"}), place)
    assert "git ls-remote -- ./none" in failure.problems[0]


def test_a_submodule_is_refused_because_its_files_would_be_missing(place: Place) -> None:
    folder = repository(place.root / "tree")
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{git(folder, 'rev-parse', 'HEAD')},sub")
    git(folder, "commit", "--quiet", "-m", "two")
    failure = refused(CommandFailed, product(upstream={"kind": "git", "url": "tree", "ref": "main"}), place)
    assert failure.problems == ("sources.upstream: sub is a submodule, whose files would be missing",)
