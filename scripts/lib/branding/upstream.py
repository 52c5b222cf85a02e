"""What the untouched upstream shows a browser: looked at once a version, then taken from the cache."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scripts.lib import console, vanilla
from scripts.lib.branding.rounds import Rounds
from scripts.lib.errors import CommandFailed, ProjectionRefused, ResourceMissing
from scripts.lib.records import BuiltImage, Check, Source, digest_of
from scripts.lib.scratch import scratch
from scripts.lib.settings.selection import Selection
from smoke.branding import untouched
from smoke.branding.brand import Brand
from smoke.branding.complaints import Complaints
from smoke.branding.ground import Ground
from smoke.branding.results import Walked
from smoke.branding.untouched import Untouched
from smoke.branding.walk import walk
from smoke.browser import version as browser_version
from smoke.checks import Planned
from smoke.counterproofs import glanced


@dataclass(frozen=True)
class Upstream:
    """The untouched upstream of one image."""

    rounds: Rounds
    source: Source

    @cached_property
    def image(self) -> BuiltImage | str:
        """Its image, built where the engine does not have it; or why there is none, so that nothing is known of it."""
        if why := vanilla.why_not(self.rounds.selection, self.rounds.name):
            return why
        try:
            return vanilla.ensure(self.rounds.selection, self.source, self.rounds.name)
        except ProjectionRefused as refused:
            return f"its untouched upstream cannot be built: {refused.problems[0]}"

    def shown(self) -> Untouched | str:
        """Return what it shows, looked at where nobody has yet, or why that is not known.

        Raises CommandFailed where a page is not there.
        """
        if isinstance(self.image, str):
            return self.image
        cache, key = self.rounds.selection.checkout.cache, self._key()
        known = untouched.find(cache, key)
        if known is None:
            self._keep(key)
            known = untouched.find(cache, key)
        if known is None:
            raise CommandFailed("what was kept of the untouched upstream is not in the cache", hint="run: invoke smoke")
        return known

    def seen(self, tree: str, proofs: Sequence[Planned]) -> tuple[Check, ...]:
        """Return what it shows of proofs of steps that an image made of `tree` must show; raises as `shown`."""
        with scratch(self.rounds.selection.checkout.cache) as out:
            ours = self.rounds.ground(tree, out, "evidence", proofs=proofs)
            there = self.rounds.ground(self.source.base, out, "evidence").words
            pages = glanced(ours.pages, [planned.proof for planned in proofs])
            walked = self._walked(replace(ours, words=there, expects=ours.words, pages=pages))
        return tuple(check for check in walked.checks if check.step is not None)

    def _key(self) -> str:
        """Tell what decides what it shows: its image, how that is started, the pages, and the browser."""
        stand = self.rounds.selection.product.images[self.rounds.name].stand
        settings = stand.model_dump_json(exclude={"start_seconds"})
        made_of = vanilla.identity(self.rounds.selection, self.source, self.rounds.name)
        words, pages = brand_words(self.rounds.selection), self.rounds.pages.model_dump_json(exclude={"races"})
        return digest_of(made_of, settings, pages, browser_version(), *words)

    def _keep(self, key: str) -> None:
        cache, complaints = self.rounds.selection.checkout.cache, Complaints(immutable(self.rounds))
        brand = Brand(brand_words(self.rounds.selection))
        with scratch(cache) as out, console.part(f"look at the untouched upstream of {self.rounds.name}"):
            walked = self._walked(self.rounds.ground(self.source.base, out, "evidence", observers=[complaints, brand]))
            untouched.keep(cache, key, complaints.of_pages, walked.shots, out, brand.found)

    def _walked(self, ground: Ground) -> Walked:
        image = self.image
        if isinstance(image, str):
            raise ResourceMissing(image, hint="describe the release in product.yaml, as docs/strategies.md says")

        def walk_variant(variant: str) -> Walked:
            with self.rounds.standing(image.reference, variant, "vanilla") as address:
                return walk(address, variant, ground)

        walked = self.rounds.every(walk_variant)
        _require_all(walked)
        return walked


def _require_all(seen: Walked) -> None:
    """Raise CommandFailed where a page is not there: nothing could be compared with it."""
    visits = [check for check in seen.checks if check.step is None]
    problems = [f"the untouched upstream: {one.name}: {one.evidence}" for one in visits if not one.passed]
    if problems:
        raise CommandFailed(problems, hint="correct pages.yaml, which must lead to pages that the upstream has too")


def brand_words(selection: Selection) -> tuple[str, ...]:
    """Return the upstream's brand words; none where the product does not name them."""
    return selection.brand.words if selection.brand else ()


def immutable(rounds: Rounds) -> str | None:
    """Return the folder of scripts that each build names anew."""
    release = rounds.selection.product.release
    return release.immutable if release else None
