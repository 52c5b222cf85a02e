"""Bring the locked upstream sources into an isolated workspace.

Takes what upstream.lock.yaml names from the cache, and only what is not there from where it is published. The tree that
is customized becomes the first commit of a fresh git repository in out/PRODUCT/workspace, in place of what was there,
with the sources that are laid into folders of it; others, such as a built release, stay in the cache.
"""

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path

from scripts.lib import capacity, cli, console, fingerprint, lock_file, records, source_tree, sources, workspace
from scripts.lib.cli import Done
from scripts.lib.records import FetchedSource, Source
from scripts.lib.settings import sources as settings
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import Selection
from scripts.lib.source_tree import SourceTree
from scripts.lib.sources.place import Place
from scripts.lib.unpack import Manifest

DISK = 500_000_000
"""Bytes for the tree and its repository, at least."""
UNPACKED = 8
"""How many times as large as their archives the tree and its repository are."""


def fetch(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  as all stages
    """Return when the workspace holds the locked upstream and the Source record says so."""
    checkout, product = selection.checkout, selection.product
    lock = lock_file.need(checkout, product)
    inputs = _inputs(selection, lock)
    before = records.find(checkout, Source)
    place = Place(checkout.root, checkout.cache)
    sources.bring_all(product, lock, place)
    if before and before.inputs == inputs and workspace.holds(checkout.workspace, before.base):
        return Done(f"{product.product} {before.version} is up to date", up_to_date=True)
    artifacts = sources.bring_all(product, lock, place, hashed=True)
    capacity.require(checkout.root, _disk(product, artifacts), memory=0)
    with console.part("unpack"):
        tree = _lay_out(selection, artifacts)
    with console.part("commit the untouched upstream"):
        base = workspace.create(checkout.workspace, _fresh(selection))
    source = _record(selection, lock, artifacts, tree, base, inputs)
    records.write(checkout, source)
    return Done(
        f"{product.product} {source.version}: {len(tree.files)} files, base {base[:12]} in "
        f"{checkout.workspace.relative_to(checkout.root)}"
    )


def _fresh(selection: Selection) -> Path:
    """The folder that becomes the workspace; beside it, so that moving is a rename."""
    return selection.checkout.out / "fetched"


def _disk(product: Product, artifacts: Mapping[str, Path]) -> int:
    packed = sum(artifacts[name].stat().st_size for name in source_tree.sources_of(product))
    return max(DISK, UNPACKED * packed)


def _lay_out(selection: Selection, artifacts: Mapping[str, Path]) -> SourceTree:
    shutil.rmtree(_fresh(selection), ignore_errors=True)
    try:
        return source_tree.lay_out(selection.product, artifacts, _fresh(selection))
    except BaseException:
        shutil.rmtree(_fresh(selection), ignore_errors=True)
        raise


def _inputs(selection: Selection, lock: lock_file.UpstreamLock) -> str:
    """Everything that decides what the record says: lock, what is laid out, licence files, where steps look."""
    product, folder = selection.product, selection.checkout.customizations
    laid = [f"{name} {_laid(product.sources[name])}" for name in source_tree.sources_of(product)]
    points = [f"{step.id} {step.versions} {fingerprint.looks_at(step, folder)}" for step in selection.steps]
    return records.digest_of(records.identity(lock), *laid, product.licence.file, *points)


def _laid(source: settings.Source) -> str:
    return source.model_dump_json(include={"leave_out": True, "into": True, "licence": {"file"}})


def _record(
    selection: Selection,
    lock: lock_file.UpstreamLock,
    artifacts: Mapping[str, Path],
    tree: SourceTree,
    base: str,
    inputs: str,
) -> Source:
    checkout, product = selection.checkout, selection.product
    version = lock.sources[product.tree].version
    return Source(
        inputs=inputs,
        version=version,
        sources={
            name: FetchedSource(
                **locked.model_dump(),
                stored=str(artifacts[name].relative_to(checkout.cache)),
                fingerprint=fingerprint.of_tree(tree.sources[name]) if name in tree.sources else artifacts[name].name,
                licence=_licence(product.sources[name], tree.sources.get(name, {})),
            )
            for name, locked in lock.sources.items()
        },
        licence=tree.files.get(product.licence.file),
        base=base,
        points=fingerprint.of_points(selection.steps, tree.files, version, checkout.customizations),
    )


def _licence(source: settings.Source, files: Manifest) -> str | None:
    return files.get(source.licence.file) if source.licence else None


if __name__ == "__main__":
    cli.main("fetch", fetch, __doc__)
