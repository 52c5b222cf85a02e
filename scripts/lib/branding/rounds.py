"""One round over the pages of one image: a container for every variant, and what each is compared with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.lib.brand_texts import all_texts
from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.pages import PagesFile
from scripts.lib.settings.selection import Selection
from scripts.lib.stand import remove_stands, stand
from scripts.lib.workspace import base_files
from smoke.branding.ground import Ground
from smoke.branding.observers import Observer
from smoke.branding.results import Walked
from smoke.branding.words import Wording
from smoke.checks import Planned

AT_ONCE = 2
"""Containers whose pages are looked at together, each in browsers of its own."""


@dataclass(frozen=True)
class Rounds:
    """Makes rounds over images of one name."""

    selection: Selection
    name: str
    labels: Mapping[str, str]
    """Of its stands."""

    @property
    def pages(self) -> PagesFile:
        """What is visited; raises SettingsInvalid where the product does not say."""
        if self.selection.pages is None:
            path = self.selection.checkout.customizations / "pages.yaml"
            raise SettingsInvalid(f"there is no {path}", hint="write what a browser visits, see docs/branding.md")
        return self.selection.pages

    def every(self, look: Callable[[str], Walked]) -> Walked:
        """Return what `look` saw of every variant, two at once.

        Interrupted, it removes the stands: who looks at them ends then, instead of having seen all pages.
        """
        with ThreadPoolExecutor(AT_ONCE) as pool:
            seen = pool.map(look, self.pages.variants)
            try:
                return sum(seen, Walked())
            except BaseException:
                remove_stands(self.labels)
                raise

    @contextmanager
    def standing(self, image: str, variant: str, what: str) -> Iterator[str]:
        """Give the base URL of a fresh container of `image` under a variant's settings; `what` names its log."""
        place, settings = self.selection.checkout, self.selection.product.images[self.name].stand
        with stand(
            image,
            settings,
            self.selection.environment.limits,
            log=place.log(f"{what}-{self.name}-{variant}"),
            labels=self.labels,
            environment=self.pages.variants[variant].environment,
        ) as one:
            one.start()
            yield one.address

    def ground(
        self, tree: str, out: Path, folder: str, *, proofs: Sequence[Planned] = (), observers: Sequence[Observer] = ()
    ) -> Ground:
        """Return what is walked over where the image was made of `tree`; evidence goes to `folder` below `out`."""
        files = base_files(self.selection.checkout.workspace, tree)
        texts = all_texts(self.selection.checkout.customizations / self.pages.texts)
        words = Wording(self.pages, texts, files)
        return Ground(self.name, self.pages, words, files, proofs, out, out / folder / self.name, observers)
