"""How much of an image bears our brand: the pages that a browser saw of it, and its files."""

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

    def measure(self, image: str) -> dict[str, Coverage]:
        """Return the coverage by the image's name; nothing where the product has no `brand.yaml`.

        `image` is the name by which the engine has the image.
        """
        rounds, upstream = self._looks.rounds, self._looks.upstream
        selection = rounds.selection
        if selection.brand is None:
            return {}
        with console.part(f"look for the upstream's brand in {rounds.name}"):
            files = image_files(selection.brand, image, rounds.labels)
            shown = upstream.shown()
            theirs = () if isinstance(shown, str) else shown.brand
            found = coverage(selection, upstream.source, files, seen=self.brand.found, upstream_seen=theirs)
        for line in found.stale if found else ():
            console.note(f"  brand.yaml: {line}")
        return {rounds.name: found} if found else {}
