"""Pages that a browser visits: how one gets there, and what must be visible before anybody looks."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from scripts.lib.settings.base import Frozen, RelativePath, Slug
from scripts.lib.settings.elements import Element, Words

Scheme = Literal["light", "dark"]
Device = Literal["desktop", "phone"]
LOCALE = r"^[a-z]{2,3}(-[A-Za-z]{2,4})*$"
Locale = Annotated[str, Field(pattern=LOCALE)]


class Fill(Element):
    """A field, and what is written into it."""

    value: Words


class Action(Frozen):
    """One thing that a person does; exactly one."""

    goto: str | None = Field(None, pattern=r"^/")
    """Path of a page."""
    click: Element | None = None
    fill: Fill | None = None
    press: str | None = Field(None, min_length=1)
    """A key, such as Enter."""
    wait: Element | None = None
    """Until it is visible."""

    @model_validator(mode="after")
    def _one(self) -> "Action":
        if len(self.model_fields_set) != 1:
            raise ValueError("needs exactly one of: goto, click, fill, press, wait")
        return self


def _goes_somewhere(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    if not actions or actions[0].goto is None:
        raise ValueError("must begin with goto")
    return actions


class Page(Frozen):
    """A page, and who looks at it how: the first locale in every scheme on every device, the others once."""

    name: Slug
    why: str | None = None
    variant: Slug = "plain"
    """The settings under which the container runs."""
    account: Slug | None = None
    """Whose: one that an earlier page of the variant `keeps`; nobody's where left out."""
    keeps: Slug | None = None
    """Name of the account that is signed in at the end; the page is visited once, in the first look."""
    locales: tuple[Locale, ...] = ()
    """Beside the file's first one; seen in the first scheme on the first device."""
    schemes: tuple[Scheme, ...] = Field(("light", "dark"), min_length=1)
    devices: tuple[Device, ...] = Field(("desktop", "phone"), min_length=1)
    without: tuple[str, ...] = ()
    """Globs of addresses that do not answer, to see what stands there until they do."""
    actions: Annotated[tuple[Action, ...], AfterValidator(_goes_somewhere)]
    ready: tuple[Element, ...] = Field(min_length=1)
    """All must be visible before anybody looks."""


class Variant(Frozen):
    """Settings under which a container runs for some of the pages."""

    environment: dict[str, str] = Field(default_factory=dict)
    """Beside those that every stand gets."""


class Race(Frozen):
    """A complaint that the untouched upstream has now and then, so that one walk over it may not hear it."""

    complaint: str = Field(min_length=1)
    """As the failing check words it."""
    pages: tuple[Slug, ...] = Field(min_length=1)
    """On which it may be heard."""
    why: str = Field(min_length=1)
    """What races there, so that one can see when it is no more."""


class PagesFile(Frozen):
    """`pages.yaml`: pages in the order in which they are visited; each variant's container begins empty."""

    locale: Locale
    """The first; a page is seen in it in all schemes and on all devices."""
    timezone: str
    """Such as Europe/Lisbon."""
    translations: RelativePath | None = None
    """Locale files of the tree, with `{locale}`; where words are given as a `key`."""
    placeholders: dict[str, Slug] = Field(default_factory=dict)
    """Placeholder of translations and texts -> the text that the application puts there."""
    texts: RelativePath = "brand/texts.yaml"
    unended: tuple[str, ...] = ()
    """Globs of paths whose requests stay open; nobody waits for their end."""
    races: tuple[Race, ...] = ()
    """What the untouched upstream complains of now and then."""
    variants: dict[Slug, Variant] = Field(default_factory=lambda: {"plain": Variant()})
    returning: tuple[Slug, ...] = ()
    """Pages that a browser which saw the previous image sees again."""
    pages: tuple[Page, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_fit(self) -> "PagesFile":
        names: set[str] = set()
        kept: set[tuple[str, str]] = set()
        problems = []
        for page in self.pages:
            problems += [f"page {page.name} stands twice"] if page.name in names else []
            problems += [] if page.variant in self.variants else [f"page {page.name}: no variant {page.variant!r}"]
            if page.account and (page.variant, page.account) not in kept:
                problems.append(f"page {page.name}: no earlier page of {page.variant} keeps account {page.account!r}")
            names.add(page.name)
            kept |= {(page.variant, page.keeps)} if page.keeps else set()
        raced = dict.fromkeys(name for race in self.races for name in race.pages)
        problems += [f"races: no page is called {name!r}" for name in raced if name not in names]
        problems += [f"returning: no page is called {name!r}" for name in self.returning if name not in names]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def races_on(self, name: str) -> frozenset[str]:
        """Return the complaints that the untouched upstream has now and then on a page."""
        return frozenset(race.complaint for race in self.races if name in race.pages)

    def page(self, name: str) -> Page | None:
        """Return the page of this name, None where there is none."""
        return next((page for page in self.pages if page.name == name), None)
