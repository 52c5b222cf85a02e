"""Who may look on while the pages are visited, beside the proofs: at every page and at every answer that it got."""

from dataclasses import dataclass

from playwright.sync_api import Page, Response

from scripts.lib.settings.pages import Device, Scheme


@dataclass(frozen=True)
class Visit:
    """One page of one image, as somebody looks at it."""

    image: str
    """Name of the image that shows it."""
    page: str
    """Its name in pages.yaml."""
    locale: str
    scheme: Scheme
    device: Device


class Observer:
    """Sees every visit; a subclass overrides what it wants to see. What it finds it keeps itself."""

    def opened(self, visit: Visit, page: Page) -> None:
        """See the empty page before it goes anywhere: the time to listen to its console and its failed requests."""

    def page(self, visit: Visit, page: Page) -> None:
        """See the page once everything that it must show is there."""

    def response(self, visit: Visit, response: Response) -> None:
        """See one answer that the page got, in order, after `page`; its body can be read. Redirects have none."""
