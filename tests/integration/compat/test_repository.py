"""A branch of the upstream's repository in place of a release."""

import shutil
from pathlib import Path

import pytest

from scripts.lib import shell
from scripts.lib.checkout import Checkout
from tests import tiny
from tests.integration.compat.releases import RELEASES, Run, nothing, rows


@pytest.fixture
def repository(checkout: Checkout) -> Path:
    """The upstream's repository, whose branch `next` has another title."""
    folder = checkout.root / "upstream.git"
    for branch, edit in (("main", nothing), ("next", RELEASES["1.3.0"])):
        files = tiny.source_files()
        edit(files)
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@localhost"]
        shell.run([*git, "init", "--quiet", "--initial-branch=main"])
        shell.run([*git, "checkout", "--quiet", "-B", branch])
        shell.run([*git, "add", "--all"])
        shell.run([*git, "commit", "--quiet", "-m", branch])
    return folder


def test_a_branch_of_the_repository_is_looked_at_and_not_kept_whole(
    run: Run, checkout: Checkout, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("--ref", "main") == 0
    assert "steps hold on 1.0.0 (main, " in capfd.readouterr().out
    assert run("--ref", "next") == 20
    assert "compat: title is moved in 1.0.0 (next, " in capfd.readouterr().err
    assert [path for path in (checkout.cache / "sha256").rglob("*") if path.is_file()] == []
    (row,) = rows(checkout).values()
    shutil.rmtree(repository / "src")  # what is at hand is not fetched again
    assert run("--ref", "next") == 20
    assert rows(checkout) == {row["version"]: row}


def test_a_ref_that_is_not_there_is_said(run: Run, repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert repository.is_dir()
    assert run("--ref", "absent") == 2
    assert "has no branch or tag 'absent'" in capfd.readouterr().err
