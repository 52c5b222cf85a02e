"""Remove workspaces, records and our own containers and images; never volumes.

Of this product and this checkout alone; a throw-away volume of a smoke run that was killed goes too. The run ledger
stays, and so do what the last releases looked like, the embedded registry with everything that was published, the
cache of downloads, containers that somebody started from a published image, and (without --bases) the base images. Of
images that lost their name, which tell no checkout, those of the product go from every one. Of the releases that lie
unpacked in the cache the two that were used last stay.
"""

import argparse
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from scripts.lib import bases, cli, console, engine, records
from scripts.lib.checkout import Checkout
from scripts.lib.cli import Done, Option
from scripts.lib.errors import CommandFailed
from scripts.lib.records import Image, Release
from scripts.lib.release import unpacked
from scripts.lib.settings.selection import Selection

KEPT = frozenset({"ledger.jsonl", "lock", "lock.json", "released"})
BASES = Option("--bases", "remove the base images too; the next build brings or makes them again")


@dataclass
class Removed:
    """What has gone, for the line at the end."""

    freed: int = 0
    """Bytes; of images as a whole, also where a layer stays because another image has it."""
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, name: str, size: int = 0) -> None:
        console.note(f"  removed {kind} {name}{f', {console.size(size)}' if size else ''}")
        self.freed += size
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def __str__(self) -> str:
        counted = ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in self.counts.items())
        return f"removed {counted}; up to {console.size(self.freed)} are free" if counted else "nothing was there"


def clean(selection: Selection, given: argparse.Namespace) -> Done:
    """Remove what the stages of this product left, and say what."""
    removed = Removed()
    checkout, product = selection.checkout, {"graft.product": selection.checkout.product}
    ours = product | {"graft.checkout": checkout.mark}
    pulled = _by_digest(checkout)
    for path in sorted(checkout.out.iterdir()):
        if path.name not in KEPT:
            removed.add("folder" if path.is_dir() else "file", str(path.relative_to(checkout.root)), _remove(path))
    for name, size in unpacked.trim(checkout.cache).items():
        removed.add("unpacked release", name, size)
    for container in engine.labelled("container", ours):
        engine.remove(container)
        removed.add("container", container[:12])
    for network in engine.labelled("network", ours):
        engine.remove_network(network)
        removed.add("network", network[:12])
    for volume in engine.labelled("volume", ours | {"graft.run": ""}):
        engine.remove_volume(volume)
        removed.add("volume", volume[:12])
    named = [name for name in engine.images(product) if name.endswith(f"-{checkout.mark}")]
    _remove_images([*named, *engine.unnamed(product)], removed)
    if given.bases:
        # A product's image bears the labels of its base, so that the name tells which is which.
        _remove_images((n for n in engine.images({"graft.base": ""}) if n.startswith(bases.MADE)), removed)
    _remove_images((name for name in pulled if engine.image_id(name)), removed)
    return Done(str(removed))


def _by_digest(checkout: Checkout) -> list[str]:
    """Return the references under which staging or a registry gave this checkout its images back."""
    image = records.find(checkout, Image)
    staged = [built.staged for built in image.images.values() if built.staged] if image else []
    environments = [path.name.split(".")[1] for path in sorted(checkout.out.glob("release.*.json"))]
    releases = [records.find(checkout, Release, environment) for environment in environments]
    return staged + [image.reference for release in releases if release for image in release.images.values()]


def _remove(path: Path) -> int:
    """Remove a file or a folder and return its size in bytes."""
    if path.is_symlink() or path.is_file():
        size = path.lstat().st_size
        path.unlink()
        return size
    size = sum(p.lstat().st_size for p in path.rglob("*") if not p.is_dir())
    shutil.rmtree(path)
    return size


def _remove_images(names: Iterable[str], removed: Removed) -> None:
    """Remove images; one that a container still uses stays, and that is said."""
    for name in names:
        try:
            size = engine.image_size(name)
            engine.remove_image(name)
        except CommandFailed as failure:
            console.note(f"  kept image {name}: {failure.problems[0]}")
        else:
            removed.add("image", name, size)


if __name__ == "__main__":
    cli.main("clean", clean, __doc__, (BASES,))
