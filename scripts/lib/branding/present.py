"""What an image of ours shows a browser, and whether that is all and only what it should."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scripts.lib import console
from scripts.lib.branding.rounds import Rounds
from scripts.lib.branding.upstream import Upstream, immutable
from scripts.lib.records import BuiltImage, Tree
from smoke.branding import results, returning, untouched
from smoke.branding.complaints import Complaints
from smoke.branding.ground import Ground
from smoke.branding.looks import sittings
from smoke.branding.observers import Observer
from smoke.branding.results import Walked
from smoke.branding.returning import come_back, not_met
from smoke.branding.walk import visit_of, walk
from smoke.checks import Planned, plan_branding

EVIDENCE = "evidence"
"""Folder of screenshots and traces below `out/PRODUCT/`."""


def named(check: str, step: str | None) -> str:
    """Name a check among all of a run."""
    return f"{step}: {check}" if step else check


@dataclass(frozen=True)
class Branding:
    """One image whose pages are looked at."""

    rounds: Rounds
    upstream: Upstream
    tree: Tree
    built: BuiltImage

    def look(self, image: str, running: str, observers: Sequence[Observer] = ()) -> Walked:
        """Return what a browser saw at the base URL `running`, which nobody has used, and on stands of other variants.

        `image` is the name by which the engine has the image. Several pages are open together, so observers are called
        from several threads. Raises SettingsInvalid where the product has no pages.yaml, and CommandFailed where a
        stand does not start.
        """
        known = self.upstream.shown()
        complaints, place = Complaints(immutable(self.rounds)), self.rounds.selection.checkout
        ground = self._ground(complaints, *observers)
        with console.part(f"look at the pages of {self.rounds.name}"):
            seen = self.rounds.every(lambda variant: self._variant(variant, ground, image, running))
        compared = tuple(untouched.compare(complaints.of_pages, known, self.rounds.pages.races_on))
        beside = seen.shots if isinstance(known, str) else untouched.beside(seen.shots, known, place.cache, place.out)
        return Walked((*seen.checks, *compared), beside)

    def planned(self) -> tuple[Planned, ...]:
        """Return every proof that a browser must see."""
        selection = self.rounds.selection
        steps, settings = selection.steps_with(self.built.sets), selection.product.images[self.rounds.name]
        return plan_branding(steps, settings, self.upstream.source.version, name=self.rounds.name)

    def expected(self) -> list[str]:
        """Return the name of every check that `look` makes, a step's with the step before it; each once."""
        pages, name = self.rounds.pages, self.rounds.name
        names = [
            results.name_of(visit_of(name, page, sitting.look))
            for variant in pages.variants
            for sitting in sittings(pages, variant)
            for page in sitting.pages
        ]
        names += [named(planned.name, planned.step.id if planned.step else None) for planned in self.planned()]
        names += [untouched.name_of(page.name) for page in pages.pages]
        names += [returning.name_of(page) for page in pages.pages if page.name in pages.returning]
        return list(dict.fromkeys(names))

    def _ground(self, *observers: Observer) -> Ground:
        out = self.rounds.selection.checkout.out
        ground = self.rounds.ground(self.tree.tree, out, EVIDENCE, proofs=self.planned(), observers=observers)
        shutil.rmtree(ground.evidence, ignore_errors=True)  # of an earlier run
        return ground

    def _variant(self, variant: str, ground: Ground, image: str, running: str) -> Walked:
        """Walk on the container that runs where its settings are the variant's, else on one of its own."""
        if not self.rounds.pages.variants[variant].environment:
            return walk(running, variant, ground) + self._returning(variant, ground, running)
        with self.rounds.standing(image, variant, "branding") as address:
            return walk(address, variant, ground) + self._returning(variant, ground, address)

    def _returning(self, variant: str, ground: Ground, address: str) -> Walked:
        """Let a browser that saw the upstream's pages see the new ones; where there is no upstream, that fails."""
        pages = [page for page in ground.pages.pages if page.variant == variant and page.name in ground.pages.returning]
        previous = self.upstream.image
        if isinstance(previous, str) or not pages:
            return Walked(tuple(not_met(page, str(previous)) for page in pages))
        after = replace(ground, observers=())
        there = self.rounds.ground(self.upstream.source.base, ground.root, EVIDENCE).words
        before = replace(after, words=there, expects=ground.words)
        with self.rounds.standing(previous.reference, variant, "vanilla") as past:
            return Walked(tuple(come_back(page, (past, before), (address, after)) for page in pages))
