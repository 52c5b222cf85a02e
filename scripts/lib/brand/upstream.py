"""The brand in the untouched upstream: found once for a version, kept in the cache."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from scripts.lib import cache, workspace
from scripts.lib.brand.files import Looked, look_through
from scripts.lib.brand.places import upstream_files
from scripts.lib.brand.words import Found, Words
from scripts.lib.files import Files, matching
from scripts.lib.records import Source, digest_of
from scripts.lib.release.bundle import Bundle
from scripts.lib.release.opening import open_bundle
from scripts.lib.settings.brand import BrandFile
from scripts.lib.settings.images import LocaleChunks
from scripts.lib.settings.selection import Selection

FORM = "1"
"""Changes whenever the same files would be looked through to another result."""


class Upstream:
    """The untouched upstream of one source."""

    def __init__(self, selection: Selection, source: Source, brand: BrandFile) -> None:
        self._selection = selection
        self._source = source
        self._brand = brand
        self.tree: Files = workspace.base_files(selection.checkout.workspace, source.base)

    @property
    def looked(self) -> Looked:
        """What is looked for in an image: upstream's words, its images and its locales' texts."""
        pictures = {path: self.tree.read(path) or b"" for g in self._brand.images for path in matching(self.tree, g)}
        release = self._selection.product.release
        return Looked(
            words=Words(self._brand.words),
            pictures={hashlib.sha256(data).hexdigest(): path for path, data in pictures.items()},
            modules=[p.module for p in release.projections if isinstance(p, LocaleChunks)] if release else [],
        )

    def front_end(self) -> Bundle | None:
        """Return the built front end of the release; None where the product describes none, or it was not fetched."""
        release = self._selection.product.release
        fetched = self._source.sources.get(release.source) if release else None
        if release is None or fetched is None or fetched.stored is None:
            return None
        return open_bundle(fetched, self._source.version, release, self._selection.checkout.cache)

    def found(self) -> tuple[Found, ...]:
        """Return every brand word and image in the files that it would put into an image."""
        folder = self._selection.checkout.cache
        key = f"brand-{self._identity()[:24]}"
        known = cache.named(folder, key)
        if known is None:
            cache.name(folder, key, cache.add(folder, self._write))
            known = cache.named(folder, key)
        return tuple(Found(**one) for one in json.loads(known.read_bytes())) if known else ()

    def _write(self, path: Path) -> None:
        files = upstream_files(self._brand, self.tree, self.front_end())
        path.write_text(json.dumps([asdict(found) for found in look_through(files, self.looked)]))

    def _identity(self) -> str:
        settings = self._brand.model_dump_json(include={"words", "images", "places", "ignored"})
        resolved = [f"{name} {fetched.resolved}" for name, fetched in sorted(self._source.sources.items())]
        release = self._selection.product.release
        return digest_of(FORM, settings, self._source.base, *resolved, release.model_dump_json() if release else "")
