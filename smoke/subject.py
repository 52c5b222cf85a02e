"""What is looked at, and the data that says what it must be."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from posixpath import dirname
from ssl import SSLContext
from typing import Any

from scripts.lib.files import Files
from scripts.lib.records import Source, Tree
from scripts.lib.settings.images import LocaleChunks, Release
from scripts.lib.settings.proofs import ImageFileProof, Proof
from scripts.lib.settings.selection import Selection
from scripts.lib.steps import StepContext
from scripts.lib.workspace import base_files
from smoke.locales import Locales
from smoke.site import Site


@dataclass(frozen=True)
class ImageFacts:
    """What was read from the image itself."""

    config: Mapping[str, Any]
    """As `docker inspect` has it."""
    files: Mapping[str, bytes | None]
    """Path -> content, None where the image has no such file."""


@dataclass(frozen=True)
class Subject:
    """One running image of a product."""

    site: Site
    locales: Locales
    tree: Tree
    files: Files
    """The customized tree."""
    context: StepContext
    release: Release | None
    image: ImageFacts | None
    """None where only an address is known, of a running deployment."""
    of_sets: frozenset[str] = frozenset()
    """Steps of further sets, whose end state was seen on the copy of the tree that the image was built of."""

    def locale_module(self, path: str) -> str | None:
        """Return the name under which the page's scripts know the locale file at `path` of the tree."""
        projections = self.release.projections if self.release else ()
        return next((p.module for p in projections if isinstance(p, LocaleChunks) and p.tree == path), None)


@contextmanager
def subject_at(
    base_url: str,
    selection: Selection,
    source: Source,
    tree: Tree,
    image: ImageFacts | None = None,
    *,
    of_sets: frozenset[str] = frozenset(),
    verify: SSLContext | bool = True,
) -> Iterator[Subject]:
    """Give what stands at `base_url`, with the data of this checkout; its connections are closed after.

    `verify` says which certificates are believed.
    """
    checkout = selection.checkout
    site = Site(base_url, verify=verify)
    try:
        yield Subject(
            site=site,
            locales=Locales(site),
            tree=tree,
            files=base_files(checkout.workspace, tree.tree),
            context=StepContext(checkout.customizations, source.version, checkout.cache),
            release=selection.product.release,
            image=image,
            of_sets=of_sets,
        )
    finally:
        site.close()


def files_wanted(proofs: Iterable[Proof | None]) -> list[str]:
    """Return the paths of the image that these proofs look at; of what must be absent its folder too."""
    files = [proof for proof in proofs if isinstance(proof, ImageFileProof)]
    return sorted({proof.path for proof in files} | {dirname(proof.path) for proof in files if proof.absent})
