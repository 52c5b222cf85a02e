"""Move the lock to the newest upstream release on which all customizations hold.

Asks where each source is published for the newest version that product.yaml allows, brings it, and tries every
customization on it in memory, also on its built release. Only when all of them hold are upstream.lock.yaml and what the
images install written, together: locked Python requirements, and npm packages, which npm locks in a container of the
base that the image is built on. Base images are locked by the digests that their tags have now, where their registry
answers. Else it says what broke, per step, and ends with exit code 20.

--version VERSION takes that release instead of the newest; product.yaml must allow it.
"""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.lib import (
    bases,
    cli,
    console,
    customization,
    image_locks,
    lock_file,
    source_tree,
    sources,
    steps,
    trial,
    versions,
)
from scripts.lib.cli import Done, Option
from scripts.lib.errors import GateRefused, ProjectionRefused, SettingsInvalid
from scripts.lib.files import Changed, Folder
from scripts.lib.lock_file import UpstreamLock
from scripts.lib.records import FetchedSource
from scripts.lib.scratch import scratch
from scripts.lib.settings.environment import BasePolicy
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.sources import PypiSource
from scripts.lib.sources.place import Place
from scripts.lib.trial import BuiltRelease
from scripts.lib.write_together import write_together

OPTIONS = [Option("--version", "this release instead of the newest", metavar="VERSION")]


def update(selection: Selection, given: argparse.Namespace) -> Done:
    """Return when the lock names the newest sources that fit, or nothing was to be changed."""
    checkout, product = selection.checkout, selection.product
    place = Place(checkout.root, checkout.cache)
    old = lock_file.read(checkout)
    with console.part("ask for the newest versions"):
        new = sources.resolve_all(_at(product, given.version), place)
        new = new.model_copy(update={"bases": _bases(product, selection.environment.bases, old)})
    _refuse_moved(old, new)
    artifacts = sources.bring_all(product, new, place)
    with _tree(product, artifacts, checkout.cache) as tree:
        _check_steps(selection, tree, new, artifacts)
        contents = _locks(selection, tree, new)
    if new != old:
        contents[checkout.lock_file] = lock_file.text(new)
    if not contents:
        return Done(f"{_says(new)}: up to date", up_to_date=True)
    write_together(contents)
    names = ", ".join(str(path.relative_to(checkout.root)) for path in contents)
    return Done(f"{_says(new)}; wrote {names}", hint="look at the difference, commit it, then: invoke build publish")


def _at(product: Product, version: str | None) -> Product:
    """Return the product with its tree pinned to a version, which its settings must allow."""
    if version is None:
        return product
    tree = product.sources[product.tree]
    if not isinstance(tree, PypiSource):
        raise SettingsInvalid(
            f"--version: sources.{product.tree} is of kind {tree.kind}, which product.yaml itself pins",
            hint=f"edit sources.{product.tree} in product.yaml, then run: invoke update",
        )
    if not versions.is_pin(version) or not versions.allows(tree.version, version):
        raise SettingsInvalid(
            f"--version {version}: sources.{product.tree}.version in product.yaml allows {tree.version}",
            hint="name a version within it, or widen it in product.yaml",
        )
    pinned = {product.tree: tree.model_copy(update={"version": version})}
    return product.model_copy(update={"sources": product.sources | pinned})


def _bases(product: Product, policy: BasePolicy, old: UpstreamLock | None) -> dict[str, str]:
    """Return base -> its digest now, or the locked one where nobody answers; what product.yaml pins is not locked."""
    tags = sorted({base.registry for base in product.bases.values() if "@" not in base.registry})
    found = {tag: bases.digest(tag, policy) or (old.bases.get(tag) if old else None) for tag in tags}
    return {tag: digest for tag, digest in found.items() if digest}


def _refuse_moved(old: UpstreamLock | None, new: UpstreamLock) -> None:
    problems = lock_file.moved(old, new) if old else []
    if problems:
        raise GateRefused(
            problems,
            hint="a release never changes; find out who changed it, and if it is meant, remove its entry from the lock",
        )


@contextmanager
def _tree(product: Product, artifacts: Mapping[str, Path], cache: Path) -> Iterator[Path]:
    with scratch(cache) as folder:
        tree = folder / "tree"
        source_tree.lay_out(product, artifacts, tree)
        yield tree


def _check_steps(selection: Selection, tree: Path, new: UpstreamLock, artifacts: dict[str, Path]) -> None:
    version = new.sources[selection.product.tree].version
    context = _context(selection, version)
    with console.part(f"try {len(selection.steps)} customizations on {version}"):
        problems = _tried(selection, tree, context, _release(selection, new, artifacts))
    if problems:
        raise GateRefused(
            problems, hint="add an alternative to these steps in steps.yaml; until then the lock stays as it is"
        )


def _tried(
    selection: Selection, tree: Path, context: steps.StepContext, release: BuiltRelease | None
) -> tuple[str, ...]:
    """Return what keeps an image from being made; by strategy auto, either way of making it suffices."""
    product = selection.product
    try:
        if product.strategy != "source":
            return trial.problems(selection.steps, tree, context, release)
    except ProjectionRefused as refused:
        if product.strategy == "release" or not product.may_build_source:
            return refused.problems
        for problem in refused.problems:
            console.note(f"  from the source: {problem}")
    return trial.problems(selection.every_step, tree, context, None)


def _release(selection: Selection, new: UpstreamLock, artifacts: dict[str, Path]) -> BuiltRelease | None:
    settings = selection.product.release
    if settings is None:
        return None
    artifact = artifacts[settings.source]
    fetched = FetchedSource(
        **new.sources[settings.source].model_dump(),
        stored=str(artifact.relative_to(selection.checkout.cache)),
        fingerprint=artifact.name,
    )
    return BuiltRelease(fetched, settings)


def _context(selection: Selection, version: str) -> steps.StepContext:
    checkout = selection.checkout
    return steps.StepContext(checkout.customizations, version, checkout.cache, selection.product.locks)


def _locks(selection: Selection, tree: Path, new: UpstreamLock) -> dict[Path, str]:
    """Return path -> content of the locks of what images install that must be written anew."""
    customized, version = Changed(Folder(tree)), new.sources[selection.product.tree].version
    for _ in steps.apply_all(selection.steps, customized, _context(selection, version)):
        pass
    customization.refuse_disagreements(image_locks.disagreements(selection, version, customized))
    return image_locks.renewed(selection, lock_file.pinned(selection.product.bases, new), version, customized)


def _says(lock: UpstreamLock) -> str:
    return ", ".join(f"{name} {locked.version}" for name, locked in lock.sources.items())


if __name__ == "__main__":
    cli.main("update", update, __doc__, OPTIONS)
