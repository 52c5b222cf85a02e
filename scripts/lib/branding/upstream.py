"""What the untouched upstream shows a browser: looked at once a version, then taken from the cache."""

from dataclasses import dataclass

from scripts.lib import console, proving, vanilla
from scripts.lib.branding.rounds import Rounds
from scripts.lib.errors import CommandFailed
from scripts.lib.records import BuiltImage, Source, digest_of
from scripts.lib.scratch import scratch
from smoke.branding import untouched
from smoke.branding.complaints import Complaints
from smoke.branding.ground import Ground
from smoke.branding.results import Walked
from smoke.branding.untouched import Untouched
from smoke.branding.walk import walk


@dataclass(frozen=True)
class Upstream:
    """The untouched upstream of one image."""

    rounds: Rounds
    source: Source

    @property
    def unknown(self) -> str | None:
        """Return why it is not known what it shows, None where it can be."""
        return vanilla.why_not(self.rounds.selection, self.rounds.name)

    def image(self) -> BuiltImage:
        """Return its image, built where the engine does not have it."""
        return vanilla.ensure(self.rounds.selection, self.source, self.rounds.name)

    def shown(self) -> Untouched:
        """Return what it shows, looked at where nobody has yet; raises CommandFailed where a page is not there."""
        selection, name = self.rounds.selection, self.rounds.name
        made_of = vanilla.identity(selection, self.source, name)
        key = digest_of(made_of, proving.files(selection.checkout.customizations))
        return untouched.find(selection.checkout.cache, key) or self._look(key)

    def _look(self, key: str) -> Untouched:
        cache, complaints = self.rounds.selection.checkout.cache, Complaints(immutable(self.rounds))
        image = self.image().reference
        with scratch(cache) as out, console.part(f"look at the untouched upstream of {self.rounds.name}"):
            ground = self.rounds.ground(self.source.base, out, "evidence", observers=[complaints])
            seen = self.rounds.every(lambda variant: self._walk(image, variant, ground))
            _require_all(seen)
            untouched.keep(cache, key, complaints.of_pages, seen.shots, out)
        known = untouched.find(cache, key)
        if known is None:
            raise CommandFailed("what was kept of the untouched upstream is not in the cache", hint="run: invoke smoke")
        return known

    def _walk(self, image: str, variant: str, ground: Ground) -> Walked:
        with self.rounds.standing(image, variant, "vanilla") as address:
            return walk(address, variant, ground)


def _require_all(seen: Walked) -> None:
    """Raise CommandFailed where a page is not there: nothing could be compared with it."""
    problems = [f"the untouched upstream: {one.name}: {one.evidence}" for one in seen.checks if not one.passed]
    if problems:
        raise CommandFailed(problems, hint="correct pages.yaml, which must lead to pages that the upstream has too")


def immutable(rounds: Rounds) -> str | None:
    """Return the folder of scripts that each build names anew."""
    release = rounds.selection.product.release
    return release.immutable if release else None
