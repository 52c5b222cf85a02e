"""Words git's command lines for the workspace. They name the repository, so no GIT_DIR of the caller counts."""

from pathlib import Path

IDENTITY = "graft <graft@localhost> 1577836800 +0000"
"""Author and committer of every commit: the same everywhere, so that the same tree gives the same commit."""


def git(workspace: Path, *words: str) -> list[str]:
    """Return a git command on the repository of `workspace`."""
    return ["git", "-C", str(workspace), f"--git-dir={workspace / '.git'}", f"--work-tree={workspace}", *words]


def init(workspace: Path) -> list[str]:
    """Make an empty repository, without the machine's templates and hooks."""
    return git(workspace, "init", "--quiet", "--template=", "--initial-branch=customized")


def add_everything(workspace: Path) -> list[str]:
    """Take every file, also what the tree's own .gitignore names.

    As "big" files they go into one pack instead of thousands of loose objects, which takes half the time and less.
    """
    return git(workspace, "-c", "core.bigFileThreshold=1", "add", "--all", "--force", ".")


def write_tree(workspace: Path) -> list[str]:
    return git(workspace, "write-tree")


def list_tree(workspace: Path, commit: str) -> list[str]:
    """Every file of a commit: mode, type, object and path, each record ended by a NUL."""
    return git(workspace, "ls-tree", "-r", "-z", "--full-tree", commit)


def cat_files(workspace: Path) -> list[str]:
    """Answer each line `<commit>:<path>` or `<object>` with a header and the content."""
    return git(workspace, "cat-file", "--batch")


def fast_import(workspace: Path) -> list[str]:
    """Take a stream of commits; nothing is changed unless the stream says `done`."""
    return git(workspace, "fast-import", "--quiet", "--force", "--done", "--depth=0", "--date-format=raw")


def reset(workspace: Path, commit: str) -> list[str]:
    """Bring branch, index and files to a commit, whatever state they are in."""
    return git(workspace, "reset", "--quiet", "--hard", commit)


def check_out(workspace: Path, commit: str, folder: Path) -> list[str]:
    """Lay the files of a commit into a folder that is empty, with an index that the environment names."""
    repository = f"--git-dir={workspace / '.git'}"
    return ["git", "-C", str(folder), repository, f"--work-tree={folder}", "read-tree", "--reset", "-u", commit]


def clean(workspace: Path) -> list[str]:
    """Remove every file that no commit has, ignored ones too."""
    return git(workspace, "clean", "--quiet", "-ffdx")


def prune(workspace: Path) -> list[str]:
    """Drop what no commit names any more, such as the steps of earlier runs."""
    return git(workspace, "prune", "--expire=now")


def tree_of(workspace: Path, commit: str) -> list[str]:
    return git(workspace, "rev-parse", "--verify", "--quiet", f"{commit}^{{tree}}")


def changed_names(workspace: Path, base: str, head: str) -> list[str]:
    """Paths that differ between two commits, each ended by a NUL."""
    return git(workspace, "diff-tree", "-r", "-z", "--name-only", "--no-renames", base, head)


def diffs(workspace: Path) -> list[str]:
    """For each commit named on stdin: a NUL, its id, and what it changed; exit code 128 where one is not there."""
    form = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--unified=1", "--format=%x00%H")
    return git(workspace, "log", "--stdin", "--no-walk=unsorted", "--patch", *form)


def files_differ(workspace: Path, commit: str) -> list[str]:
    """Exit code 1 where a file of the commit was changed or removed in the work tree; times alone are no change.

    A link made to a file (the build's copy of the tree) changes a time, for which git need not read the file again.
    """
    return git(workspace, "-c", "core.trustctime=false", "diff", "--quiet", "--no-ext-diff", "--no-textconv", commit)


def foreign_files(workspace: Path) -> list[str]:
    """Every file that no commit has, ignored ones too: an image would take it in as it takes the others."""
    return git(workspace, "ls-files", "--others")
