"""In which order pages are visited, by whom and how: as few browser contexts as their accounts allow. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product

from scripts.lib.settings.pages import Device, Page, PagesFile, Scheme


@dataclass(frozen=True)
class Look:
    """How somebody looks at pages."""

    locale: str
    scheme: Scheme
    device: Device


@dataclass(frozen=True)
class Sitting:
    """Pages that one browser context visits, one after the other."""

    look: Look
    account: str | None
    keeps: str | None
    """Account that is signed in at the end."""
    pages: tuple[Page, ...]


def sittings(pages: PagesFile, variant: str) -> Iterator[Sitting]:
    """Yield what is visited on a container of `variant`, in an order in which each page finds the accounts it needs."""
    own = [page for page in pages.pages if page.variant == variant]
    for (account, keeps), group in groupby(own, lambda page: (page.account, page.keeps)):
        together = list(group)
        for look in dict.fromkeys(look for page in together for look in looks(page, pages.locale)):
            yield Sitting(look, account, keeps, tuple(p for p in together if look in looks(p, pages.locale)))


def accounts_are_there(every: Sequence[Sitting]) -> int:
    """Return after how many sittings every account is there that is kept; those that follow need no order."""
    return max((number for number, one in enumerate(every, 1) if one.keeps), default=0)


def by_account(every: Sequence[Sitting]) -> list[list[Sitting]]:
    """Return the sittings of each account, and of nobody, by themselves."""
    return [[one for one in every if one.account == account] for account in dict.fromkeys(one.account for one in every)]


def looks(page: Page, first: str) -> Sequence[Look]:
    """Return how a page is looked at: the `first` locale in all schemes on all devices, its other ones once."""
    plain = Look(first, page.schemes[0], page.devices[0])
    if page.keeps:
        return [plain]
    every = [Look(first, scheme, device) for scheme, device in product(page.schemes, page.devices)]
    return [*every, *(Look(locale, plain.scheme, plain.device) for locale in page.locales)]
