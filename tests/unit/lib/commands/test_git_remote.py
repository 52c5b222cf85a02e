"""The words that ask another git repository."""

from pathlib import Path

from scripts.lib.commands import git_remote

REPOSITORY = Path("/r")


def line(argv: list[str | Path] | list[str]) -> str:
    return " ".join(map(str, argv))


def test_refs_are_asked_for_by_their_full_names() -> None:
    words = line(git_remote.list_refs("../tiny", "v1"))
    assert words == "git ls-remote -- ../tiny refs/heads/v1 refs/tags/v1 refs/tags/v1^{}"


def test_a_commit_is_fetched_without_history() -> None:
    words = line(git_remote.fetch(REPOSITORY, "../tiny", "abc"))
    assert words == "git --git-dir=/r fetch --quiet --depth=1 --no-tags -- ../tiny abc"


def test_an_address_cannot_be_taken_for_an_option() -> None:
    for argv in (git_remote.list_refs("--upload-pack=x", "v1"), git_remote.fetch(REPOSITORY, "--upload-pack=x", "a")):
        assert list(argv).index("--upload-pack=x") == list(argv).index("--") + 1


def test_a_commit_is_packed_below_one_folder() -> None:
    words = line(git_remote.archive(REPOSITORY, "abc", Path("/o.tar")))
    assert words == "git --git-dir=/r archive --format=tar --prefix=tree/ --output=/o.tar abc"
