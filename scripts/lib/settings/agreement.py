"""Where the settings files of one product contradict each other."""

from collections.abc import Mapping, Sequence

from scripts.lib.settings.functions import FunctionsFile
from scripts.lib.settings.pages import PagesFile
from scripts.lib.settings.product import Product
from scripts.lib.settings.proofs import BrowserProof, Proof
from scripts.lib.settings.steps import Step


def unasked(
    product: Product | None,
    pages: PagesFile | None,
    functions: FunctionsFile | None,
    proofs: Mapping[str, Sequence[Proof]],
) -> list[str]:
    """Return the gates that the product says nobody asks, although it has what they look at."""
    told = product.not_asked if product else {}
    seen = [whose for whose, own in proofs.items() if any(isinstance(proof, BrowserProof) for proof in own)]
    there = {
        "branding": [*(["pages.yaml"] if pages else []), *(f"browser proofs of {whose}" for whose in seen)],
        "functions": ["functions/stands.yaml"] if functions else [],
    }
    return [
        f"product.yaml: not_asked.{gate}: there is what it looks at: {', '.join(there[gate])}"
        for gate in told
        if there[gate]
    ]


def twice(files: Mapping[str, Sequence[Step]]) -> list[str]:
    """Return the step ids that stand in several files: a proof must tell whose it is."""
    seen: dict[str, str] = {}
    return [
        f"{name}: the step id {step.id} stands in {seen[step.id]} too"
        for name, one in files.items()
        for step in one
        if seen.setdefault(step.id, name) != name
    ]
