"""git's command lines name their repository, so that no surrounding one can be meant."""

from pathlib import Path

from scripts.lib.commands import git

PLACE = Path("/out/workspace")
ON_IT = ["git", "-C", "/out/workspace", "--git-dir=/out/workspace/.git", "--work-tree=/out/workspace"]


def test_every_command_names_the_repository() -> None:
    commands = [
        git.init(PLACE),
        git.add_everything(PLACE),
        git.write_tree(PLACE),
        git.list_tree(PLACE, "abc"),
        git.cat_files(PLACE),
        git.fast_import(PLACE),
        git.reset(PLACE, "abc"),
        git.clean(PLACE),
        git.prune(PLACE),
        git.tree_of(PLACE, "abc"),
        git.changed_names(PLACE, "abc", "def"),
        git.files_differ(PLACE, "abc"),
    ]
    assert [command[:5] for command in commands] == [ON_IT] * len(commands)


def test_a_broken_stream_is_an_error_and_not_its_end() -> None:
    assert "--done" in git.fast_import(PLACE)


def test_files_are_brought_to_a_commit_whatever_state_they_are_in() -> None:
    assert git.reset(PLACE, "abc")[5:] == ["reset", "--quiet", "--hard", "abc"]
    assert git.clean(PLACE)[5:] == ["clean", "--quiet", "-ffdx"]


def test_ignored_files_are_taken_too() -> None:
    assert git.add_everything(PLACE)[5:] == ["-c", "core.bigFileThreshold=1", "add", "--all", "--force", "."]


def test_a_tree_is_asked_of_its_commit() -> None:
    assert git.tree_of(PLACE, "HEAD")[5:] == ["rev-parse", "--verify", "--quiet", "HEAD^{tree}"]
    assert git.changed_names(PLACE, "a", "b")[5:] == ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "a", "b"]
