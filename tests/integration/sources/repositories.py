"""Git repositories on this machine, with what an upstream's may have."""

from pathlib import Path

from scripts.lib import shell


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
