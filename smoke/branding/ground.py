"""What is walked over: the pages of one running image, and what they must agree with."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.lib.files import Files
from scripts.lib.settings.pages import Page, PagesFile
from scripts.lib.settings.proofs import BrowserProof
from smoke.branding.observers import Observer, Visit
from smoke.branding.words import Wording
from smoke.checks import Planned


@dataclass(frozen=True)
class Ground:
    """One image, its pages, and who looks at them."""

    image: str
    """Name of the image that runs."""
    pages: PagesFile
    words: Wording
    files: Files
    """The customized tree, whose files proofs compare with."""
    proofs: Sequence[Planned]
    """Only those of the layer browser."""
    root: Path
    """Paths of evidence are told below it."""
    evidence: Path
    """Folder below `root` for screenshots and traces."""
    observers: Sequence[Observer] = ()
    expects: Wording | None = None
    """What proofs expect, where that is not what the image says: of the untouched upstream."""

    def proofs_on(self, page: Page, visit: Visit) -> list[tuple[Planned, BrowserProof]]:
        """Return what must be seen on a page in one visit."""
        return [
            (planned, planned.proof)
            for planned in self.proofs
            if isinstance(planned.proof, BrowserProof)
            and planned.proof.page == page.name
            and (not planned.proof.locales or visit.locale in planned.proof.locales)
            and (not planned.proof.schemes or visit.scheme in planned.proof.schemes)
        ]

    def proofs_of(self, variant: str) -> list[Planned]:
        """Return the proofs on all pages of a variant."""
        names = {page.name for page in self.pages.pages if page.variant == variant}
        return [p for p in self.proofs if isinstance(p.proof, BrowserProof) and p.proof.page in names]
