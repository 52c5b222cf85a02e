"""The workspace: a git repository whose first commit is the untouched upstream and whose others are the steps."""

import hashlib
import shutil
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.lib import shell
from scripts.lib.commands import git
from scripts.lib.commit_files import CommitFiles, listing
from scripts.lib.errors import CommandFailed
from scripts.lib.files import Files

CONFIG = """\
[core]
	autocrlf = false
	fileMode = true
	hooksPath = /dev/null
	attributesFile = /dev/null
	excludesFile = /dev/null
	compression = 0
	logAllRefUpdates = false
[gc]
	auto = 0
[fastimport]
	unpackLimit = 100000
"""
"""Nothing of the machine's own git settings may change a byte; and speed counts more than disk here."""
ATTRIBUTES = "* -text -eol -filter -ident -working-tree-encoding\n"
"""Wins over the tree's own .gitattributes: files are bytes."""
BRANCH = "refs/heads/customized"
UPSTREAM = "refs/heads/upstream"


@dataclass(frozen=True)
class StepCommit:
    """What one step changes, to become one commit."""

    message: str
    changes: Mapping[str, bytes | None]
    """Path -> content; None removes the file."""
    executable: frozenset[str] = field(default_factory=frozenset)
    """Paths to be made executable; other files keep their mode."""


@dataclass(frozen=True)
class WrittenTree:
    """The workspace after `write_steps`."""

    tree: str
    """git tree hash."""
    commits: tuple[str, ...]
    """One for each step, in order."""


def create(path: Path, tree: Path) -> str:
    """Make a fresh repository at `path` whose one commit is the folder `tree`, which is moved there; return its id.

    What was at `path` is removed. The same tree gives the same commit on every machine; files' modes are kept.
    """
    if (tree / ".git").exists():
        raise CommandFailed(f"{tree.name} holds a .git of its own", hint="name a source without .git")
    if path.exists():
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(tree, path)
    _run(path, git.init(path))
    with (path / ".git" / "config").open("a") as config:
        config.write(CONFIG)
    (path / ".git" / "info").mkdir(exist_ok=True)
    (path / ".git" / "info" / "attributes").write_text(ATTRIBUTES)
    _run(path, git.add_everything(path))
    return _commit_index(path)


def base_files(path: Path, commit: str) -> Files:
    """Return the files of a commit; they are read when asked for."""
    return CommitFiles(path, commit)


def write_steps(path: Path, base: str, steps: Iterable[StepCommit]) -> WrittenTree:
    """Put one commit for each step on `base`, then bring the files to the last one.

    All commits are written or none, also where `steps` raises half-way. Whatever state the files were left in by an
    interrupted run, they are afterwards exactly those of the last commit.
    """
    for left in (path / ".git").rglob("*.lock"):
        left.unlink()  # of a git that was killed: whoever writes here holds the lock of the run
    modes = {name: mode for name, (mode, _) in listing(path, base).items()}
    answer = shell.feed(
        git.fast_import(path), _stream(path / ".git" / "objects", base, steps, modes), env=_environment(path)
    )
    commits = tuple(answer.decode().split())
    head = commits[-1] if commits else base
    # From here on files change; the line above only added objects and moved the branch.
    _run(path, git.reset(path, head))
    _run(path, git.clean(path))
    _run(path, git.prune(path))
    return WrittenTree(tree=tree_of(path, head), commits=commits)


def check_out(path: Path, commit: str, folder: Path) -> None:
    """Lay the files of a commit, their modes kept, into the new folder `folder`; the workspace stays as it is."""
    folder.mkdir(parents=True)
    index = folder.with_suffix(".index")
    shell.run(git.check_out(path, commit, folder), env={"GIT_INDEX_FILE": str(index)})
    index.unlink()


def tree_of(path: Path, commit: str = "HEAD") -> str:
    """Return the tree hash of a commit."""
    return _run(path, git.tree_of(path, commit)).strip()


def holds(path: Path, base: str) -> bool:
    """Tell whether the workspace is there and was made from this upstream commit, whatever lies on it."""
    ref = path / ".git" / UPSTREAM
    return ref.is_file() and ref.read_text().strip() == base


def stands(path: Path, tree: str) -> bool:
    """Tell whether the workspace is there, at this tree, and no file of it was changed, removed or added by hand."""
    if not (path / ".git").is_dir():
        return False
    found = shell.run(git.tree_of(path, "HEAD"), env=_environment(path), accept=(0, 1, 128))
    if found.output.strip() != tree:
        return False
    if _run(path, git.foreign_files(path)):
        return False
    return shell.run(git.files_differ(path, "HEAD"), env=_environment(path), accept=(0, 1, 128)).code == 0


def changed_files(path: Path, base: str, head: str) -> list[str]:
    """Return the paths that differ between two commits, sorted."""
    return sorted(name for name in _run(path, git.changed_names(path, base, head)).split("\0") if name)


def diffs(path: Path, commits: Iterable[str]) -> dict[str, str]:
    """Return what each of these commits changed, as a unified diff for people; nothing where one is not there."""
    listed = "".join(f"{commit}\n" for commit in commits).encode()
    shown = shell.run(git.diffs(path), env=_environment(path), stdin=listed, accept=(0, 128)).output
    changes = (part.partition("\n") for part in shown.split("\0")[1:])
    return {commit: diff.strip("\n") for commit, _, diff in changes}


def _commit_index(path: Path) -> str:
    tree = _run(path, git.write_tree(path)).strip()
    stream = (
        f"commit {UPSTREAM}\nmark :1\ncommitter {git.IDENTITY}\n{_data(b'The untouched upstream').decode()}"
        f"M 040000 {tree} \nreset {BRANCH}\nfrom :1\n\nget-mark :1\ndone\n"
    )
    return shell.feed(git.fast_import(path), [stream.encode()], env=_environment(path)).decode().strip()


def _stream(objects: Path, base: str, steps: Iterable[StepCommit], modes: dict[str, str]) -> Iterable[bytes]:
    yield f"reset {BRANCH}\nfrom {base}\n\n".encode()
    for number, step in enumerate(steps, start=1):
        previous = f":{number - 1}" if number > 1 else base
        yield f"commit {BRANCH}\nmark :{number}\ncommitter {git.IDENTITY}\n".encode()
        yield _data(step.message.encode())
        yield f"from {previous}\n".encode()
        for name, content in sorted(step.changes.items()):
            if content is None:
                modes.pop(name, None)
                yield f"D {_quoted(name)}\n".encode()
                continue
            modes[name] = "100755" if name in step.executable else modes.get(name, "100644")
            yield f"M {modes[name]} {_store(objects, content)} {_quoted(name)}\n".encode()
        yield f"\nget-mark :{number}\n".encode()
    yield b"done\n"


def _store(objects: Path, content: bytes) -> str:
    """Write a blob where git looks for it and return its id; seven times as fast as handing the content to git."""
    whole = b"blob %d\0%b" % (len(content), content)
    object_id = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    place = objects / object_id[:2] / object_id[2:]
    if not place.exists():
        place.parent.mkdir(exist_ok=True)
        part = place.with_suffix(".part")
        part.write_bytes(zlib.compress(whole, 0))
        part.replace(place)
    return object_id


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _run(path: Path, argv: list[str]) -> str:
    return shell.run(argv, env=_environment(path)).output


def _environment(path: Path) -> dict[str, str]:
    """The one variable of a surrounding git (a hook) that the command line cannot win over."""
    return {"GIT_INDEX_FILE": str(path / ".git" / "index")}
