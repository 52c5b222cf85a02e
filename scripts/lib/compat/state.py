"""One state of the upstream's repository, such as its branch of development: looked through and not kept whole."""

from collections.abc import Sequence

from scripts.lib import cache
from scripts.lib.compat import kept
from scripts.lib.compat.kept import Kept
from scripts.lib.errors import CommandFailed, SettingsInvalid
from scripts.lib.settings.product import Product
from scripts.lib.settings.sources import GitSource
from scripts.lib.sources import git
from scripts.lib.sources.place import Place

NAME = "compat.repository"


def bring(product: Product, ref: str, globs: Sequence[str], place: Place) -> tuple[str, str]:
    """Keep what globs match of a branch, tag or commit; return its version, and the commit, by which it is kept.

    Raises SettingsInvalid where there is none of that name.
    """
    source = _repository(product).model_copy(update={"ref": ref})
    _, commit = git.commit_of(NAME, source, place)
    wanted = [*globs, source.version_file.path]
    if not kept.find(place.cache, commit, wanted):
        _keep(source, commit, wanted, place)
    return _version(kept.of(place.cache, commit), source), commit


def _repository(product: Product) -> GitSource:
    tree = product.sources[product.tree]
    if isinstance(tree, GitSource):
        return tree
    if product.compat is None or product.compat.repository is None:
        raise SettingsInvalid(
            "--ref: product.yaml names no repository of the upstream",
            hint="add compat.repository to product.yaml: { kind: git, url: …, ref: … }",
        )
    return product.compat.repository


def _keep(source: GitSource, commit: str, globs: Sequence[str], place: Place) -> None:
    there = cache.named(place.cache, commit)
    archive = there or git.bring_commit(NAME, source, commit, place)
    try:
        kept.keep(place.cache, commit, archive, globs, f"{source.url}@{commit}")
    finally:
        if there is None:
            cache.forget(place.cache, commit)


def _version(found: Kept, source: GitSource) -> str:
    wanted = source.version_file
    version = wanted.version((found.read(wanted.path) or b"").decode(errors="replace"))
    if version is None:
        raise CommandFailed(
            f"{NAME}: {wanted.path} has no version {wanted.place}",
            hint="correct compat.repository.version_file in product.yaml",
        )
    return version
