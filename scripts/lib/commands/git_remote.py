"""Words git commands that ask another repository, and those that pack what came from there."""

from pathlib import Path


def list_refs(url: str, ref: str) -> list[str]:
    """Ask which commits a branch or tag of this name stands for."""
    return ["git", "ls-remote", "--", url, f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/tags/{ref}^{{}}"]


def init(repository: Path) -> list[str | Path]:
    """Make a bare repository."""
    return ["git", "init", "--quiet", "--bare", repository]


def fetch(repository: Path, url: str, commit: str) -> list[str | Path]:
    """Bring one commit without its history."""
    return ["git", f"--git-dir={repository}", "fetch", "--quiet", "--depth=1", "--no-tags", "--", url, commit]


def list_tree(repository: Path, commit: str) -> list[str | Path]:
    """List every entry of a commit with its mode."""
    return ["git", f"--git-dir={repository}", "ls-tree", "-r", commit]


def archive(repository: Path, commit: str, output: Path) -> list[str | Path]:
    """Pack a commit's files, all below one folder."""
    return ["git", f"--git-dir={repository}", "archive", "--format=tar", "--prefix=tree/", f"--output={output}", commit]
