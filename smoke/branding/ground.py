"""What is walked over: the pages of one running image, and what they must agree with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.lib.files import Files
from scripts.lib.settings.pages import Page, PagesFile
from scripts.lib.settings.proofs import BrowserProof
from smoke.branding.looks import Look, looks
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
        return [(planned, proof) for planned, proof in self._about(page) if _asks(proof, visit)]

    def needs_whole(self, page: Page, look: Look) -> bool:
        """Tell whether a whole browser must visit: it alone tells what can be installed, and is asked once a proof."""
        every = looks(page, self.pages.locale)
        manifests = [proof for _, proof in self._about(page) if proof.manifest is not None]
        return any(look == next((one for one in every if _asks(proof, one)), None) for proof in manifests)

    def _about(self, page: Page) -> Iterator[tuple[Planned, BrowserProof]]:
        for planned in self.proofs:
            if isinstance(planned.proof, BrowserProof) and planned.proof.page == page.name:
                yield planned, planned.proof

    def proofs_of(self, variant: str) -> list[Planned]:
        """Return the proofs on all pages of a variant."""
        names = {page.name for page in self.pages.pages if page.variant == variant}
        return [p for p in self.proofs if isinstance(p.proof, BrowserProof) and p.proof.page in names]


def _asks(proof: BrowserProof, look: Look | Visit) -> bool:
    """Tell whether a proof is about this look at its page."""
    return (not proof.locales or look.locale in proof.locales) and (not proof.schemes or look.scheme in proof.schemes)
