"""Git repositories, at a branch, a tag or a commit: fetched shallow, packed as a tar of exactly that commit."""

import re
from pathlib import Path

from scripts.lib import cache, console, shell
from scripts.lib.commands import git_remote
from scripts.lib.errors import CommandFailed, GateRefused, SettingsInvalid
from scripts.lib.lock_file import LockedSource
from scripts.lib.scratch import scratch
from scripts.lib.settings.sources import GitSource
from scripts.lib.sources.place import Place, version_in

_ASK_NOBODY = {"GIT_TERMINAL_PROMPT": "0"}
_AS_COMMITTED = "* -text -eol -filter -ident -working-tree-encoding -export-ignore -export-subst\n"
"""Attributes that win over the tree's own: files are the bytes that were committed, all of them."""
_HINT = "see whether the address and the network are as they should be, then run it again"


def resolve(name: str, source: GitSource, place: Place) -> LockedSource:
    """Pin the commit that the ref stands for now, with the version that its tree names."""
    ref, commit = commit_of(name, source, place)
    artifact = bring_commit(name, source, commit, place)
    version = version_in(artifact, source.version_file, f"sources.{name}", place)
    return LockedSource(kind="git", version=version, resolved=commit, address=f"{source.url}@{ref}")


def bring(name: str, source: GitSource, locked: LockedSource, place: Place) -> Path:
    """Return the locked commit's files as a tar; a tag that names another commit by now is refused."""
    if "@refs/tags/" in locked.address:
        _, commit = commit_of(name, source, place)
        if commit != locked.resolved:
            raise GateRefused(
                f"sources.{name}: the tag {source.ref} of {source.url} was moved: it is {commit}, "
                f"the lock says {locked.resolved}",
                hint="a release never changes; find out who moved it before anything else",
            )
    return bring_commit(name, source, locked.resolved, place)


def commit_of(name: str, source: GitSource, place: Place) -> tuple[str, str]:
    """Return the full ref and its commit; a branch goes before a tag of the same name."""
    if re.fullmatch(r"[0-9a-f]{40}", source.ref):
        return source.ref, source.ref
    answer = shell.run(git_remote.list_refs(source.url, source.ref), cwd=place.root, env=_ASK_NOBODY, hint=_HINT)
    found = {ref: commit for commit, _, ref in (line.partition("\t") for line in answer.output.splitlines())}
    for ref in (f"refs/heads/{source.ref}", f"refs/tags/{source.ref}"):
        if ref in found:
            return ref, found.get(f"{ref}^{{}}", found[ref])
    raise SettingsInvalid(
        f"sources.{name}: {source.url} has no branch or tag {source.ref!r}",
        hint=f"correct sources.{name}.ref in product.yaml (a commit is written with all its 40 digits)",
    )


def bring_commit(name: str, source: GitSource, commit: str, place: Place) -> Path:
    """Return a commit's files as a tar, brought now."""
    with scratch(place.cache) as folder, console.part(f"fetch {source.url}"):
        repository = folder / "repository"
        shell.run(git_remote.init(repository))
        (repository / "info").mkdir(exist_ok=True)
        (repository / "info" / "attributes").write_text(_AS_COMMITTED)
        shell.run(git_remote.fetch(repository, _absolute(source.url, place), commit), env=_ASK_NOBODY, hint=_HINT)
        _refuse_submodules(name, repository, commit)
        sha256 = cache.add(place.cache, lambda path: _pack(repository, commit, path))
    cache.name(place.cache, commit, sha256)
    return cache.place(place.cache, sha256)


def _pack(repository: Path, commit: str, path: Path) -> None:
    shell.run(git_remote.archive(repository, commit, path))


def _absolute(url: str, place: Place) -> str:
    """Return the address as it is reached from any folder; a relative path starts at the checkout."""
    return str(place.root / url) if (place.root / url).exists() else url


def _refuse_submodules(name: str, repository: Path, commit: str) -> None:
    lines = shell.run(git_remote.list_tree(repository, commit)).output.splitlines()
    found = [line.split("\t", 1)[1] for line in lines if line.startswith("160000 ")]
    if found:
        raise CommandFailed(
            [f"sources.{name}: {path} is a submodule, whose files would be missing" for path in found],
            hint="name a source that holds all its files, such as a release archive",
        )
