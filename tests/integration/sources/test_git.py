"""Git repositories: a branch, a tag or a commit, each file as it was committed."""

from pathlib import Path

import pytest

from scripts.lib import sources
from scripts.lib.errors import CommandFailed, GateRefused, SettingsInvalid
from scripts.lib.sources.place import Place
from scripts.lib.unpack import unpack
from tests.integration.sources.asked import product, refused
from tests.integration.sources.repositories import commit, git, repository


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
