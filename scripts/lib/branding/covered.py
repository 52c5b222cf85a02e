"""How much of an image bears our brand: the pages that a browser saw of it, and its files."""

from collections.abc import Mapping

from scripts.lib import console
from scripts.lib.brand.coverage import coverage, image_files
from scripts.lib.branding.present import Branding
from scripts.lib.branding.upstream import brand_words
from scripts.lib.records import Coverage
from smoke.branding.brand import Brand


class Covering:
    """Watches while the pages of an image are looked at, and then looks through its files."""

    def __init__(self, looks: Branding) -> None:
        self._looks = looks
        self.brand = Brand(brand_words(looks.rounds.selection))
        """The observer of the pages."""

    def files(self, image: str) -> dict[str, bytes]:
        """Return the product's own files of an image, by the name by which the engine has it: what is to be measured.

        Nothing where the product has no `brand.yaml`.
        """
        brand = self._looks.rounds.selection.brand
        return image_files(brand, image, self._looks.rounds.labels) if brand else {}

    def measure(self, files: Mapping[str, bytes]) -> dict[str, Coverage]:
        """Return the coverage by the image's name; nothing where the product has no `brand.yaml`."""
        rounds, upstream = self._looks.rounds, self._looks.upstream
        selection = rounds.selection
        if selection.brand is None:
            return {}
        shown = upstream.shown()
        theirs = () if isinstance(shown, str) else shown.brand
        found = coverage(selection, upstream.source, files, seen=self.brand.found, upstream_seen=theirs)
        for line in found.stale if found else ():
            console.note(f"  brand.yaml: {line}")
        return {rounds.name: found} if found else {}
