"""Bring the locked upstream sources into an isolated workspace.

Takes what upstream.lock.yaml names from the cache, and only what is not there from where it is published. The tree that
is customized becomes the first commit of a fresh git repository in out/PRODUCT/workspace, in place of what was there;
other sources, such as a wheel, stay in the cache.
"""

import argparse
import shutil
from pathlib import Path

from scripts.lib import capacity, cli, console, fingerprint, lock_file, records, sources, workspace
from scripts.lib.cli import Done
from scripts.lib.records import FetchedSource, Source
from scripts.lib.settings.selection import Selection
from scripts.lib.sources.place import Place
from scripts.lib.unpack import Manifest, unpack

DISK = 500_000_000
"""Bytes for the tree and its repository."""


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
    capacity.require(checkout.root, DISK, memory=0)
    with console.part("unpack"):
        manifest = _unpack(selection, artifacts[product.tree])
    with console.part("commit the untouched upstream"):
        base = workspace.create(checkout.workspace, _fresh(selection))
    source = _record(selection, lock, artifacts, manifest, base, inputs)
    records.write(checkout, source)
    return Done(
        f"{product.product} {source.version}: {len(manifest)} files, base {base[:12]} in "
        f"{checkout.workspace.relative_to(checkout.root)}"
    )


def _fresh(selection: Selection) -> Path:
    """The folder that becomes the workspace; beside it, so that moving is a rename."""
    return selection.checkout.out / "fetched"


def _unpack(selection: Selection, artifact: Path) -> Manifest:
    shutil.rmtree(_fresh(selection), ignore_errors=True)
    return unpack(artifact, _fresh(selection), f"sources.{selection.product.tree}")


def _inputs(selection: Selection, lock: lock_file.UpstreamLock) -> str:
    """Everything that decides what the record says: lock, licence file, and where the customizations look."""
    product, folder = selection.product, selection.checkout.customizations
    points = [f"{step.id} {step.versions} {fingerprint.looks_at(step, folder)}" for step in selection.steps]
    return records.digest_of(records.identity(lock), product.tree, product.licence.file, *points)


def _record(
    selection: Selection,
    lock: lock_file.UpstreamLock,
    artifacts: dict[str, Path],
    manifest: Manifest,
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
                fingerprint=fingerprint.of_tree(manifest) if name == product.tree else artifacts[name].name,
            )
            for name, locked in lock.sources.items()
        },
        licence=manifest.get(product.licence.file),
        base=base,
        points=fingerprint.of_points(selection.steps, manifest, version, checkout.customizations),
    )


if __name__ == "__main__":
    cli.main("fetch", fetch, __doc__)
