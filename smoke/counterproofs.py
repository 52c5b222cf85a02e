"""Counterproofs: a step's proof must fail on the untouched upstream, else it would hold without the step."""

from collections.abc import Iterable, Sequence

from scripts.lib.records import Check
from scripts.lib.settings.pages import Page, PagesFile
from scripts.lib.settings.proofs import BrowserProof, Proof
from smoke.checks import Planned


def says_something(planned: Planned) -> bool:
    """Tell whether a check can be made on the upstream: it is of a step, and not of the customized tree alone."""
    return planned.step is not None and planned.proof is not None and planned.layer != "tree"


def glanced(pages: PagesFile, proofs: Iterable[Proof | None]) -> PagesFile:
    """Return the pages, each looked at once and besides only as these proofs say: one look is enough to fail."""
    browser = [proof for proof in proofs if isinstance(proof, BrowserProof)]
    few = tuple(_glanced(page, [proof for proof in browser if proof.page == page.name]) for page in pages.pages)
    return pages.model_copy(update={"pages": few})


def _glanced(page: Page, proofs: Sequence[BrowserProof]) -> Page:
    schemes = {page.schemes[0], *(scheme for proof in proofs for scheme in proof.schemes)}
    locales = {locale for proof in proofs for locale in proof.locales}
    update = {
        "locales": tuple(locale for locale in page.locales if locale in locales),
        "schemes": tuple(scheme for scheme in page.schemes if scheme in schemes),
        "devices": page.devices[:1],
    }
    return page.model_copy(update=update)


def judged(planned: Planned, seen: Check) -> Check:
    """Return what a check that was made on the untouched upstream says of its proof.

    A proof that holds there says why (`also_upstream`), and one that says so holds there.
    """
    reason = planned.proof.also_upstream if planned.proof else None
    return seen.model_copy(
        update={
            "name": f"{seen.name}, on the untouched upstream",
            "passed": seen.passed == (reason is not None),
            "evidence": f"{_word(seen.passed, reason)}: {seen.evidence}",
        }
    )


def _word(held: bool, reason: str | None) -> str:
    if held:
        return f"holds ({reason})" if reason else "holds without the step, so it proves nothing"
    return "does not hold any more; take also_upstream away" if reason else "fails there"
