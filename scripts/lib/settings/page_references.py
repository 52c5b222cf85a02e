"""What browser proofs and pages name must be there: pages, their locales and schemes, texts."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.elements import TextOf
from scripts.lib.settings.loading import load
from scripts.lib.settings.pages import PagesFile
from scripts.lib.settings.proofs import BrowserProof, Proof
from scripts.lib.settings.texts import TextsFile
from scripts.lib.settings.wording import near


def of_pages(folder: Path, pages: PagesFile | None, proofs: Mapping[str, Iterable[Proof]]) -> list[str]:
    """Return every reference that leads nowhere. `folder` is the product's, `proofs` by whose they are."""
    browser = {
        f"{whose}: proofs[{number}]": proof
        for whose, of in proofs.items()
        for number, proof in enumerate(of)
        if isinstance(proof, BrowserProof)
    }
    if pages is None:
        return [f"{place}.page: there is no {folder / 'pages.yaml'}" for place in browser]
    found = [problem for place, proof in browser.items() for problem in _proof(place, proof, pages)]
    return found + _texts(folder / pages.texts, {"pages.yaml": pages, **browser})


def _proof(place: str, proof: BrowserProof, pages: PagesFile) -> Iterator[str]:
    page = pages.page(proof.page)
    if page is None:
        yield f"{place}.page: unknown page {proof.page!r}, {near(proof.page, [one.name for one in pages.pages])}"
        return
    locales = [pages.locale, *page.locales]
    for locale in proof.locales:
        if locale not in locales:
            yield f"{place}.locales: page {page.name} is not visited in {locale!r}, {near(locale, locales)}"
    for scheme in page.schemes:
        if proof.theme_colour and scheme not in proof.theme_colour:
            yield f"{place}.theme_colour: page {page.name} is visited in the {scheme} scheme too"


def _texts(path: Path, places: Mapping[str, BaseModel]) -> list[str]:
    wanted = [(place, name) for place, model in places.items() for name in _named(model)]
    if not wanted:
        return []
    try:
        names = list(load(path, TextsFile).texts)
    except SettingsInvalid as failure:
        return list(failure.problems)
    return [f"{place}: {path} has no text {name!r}, {near(name, names)}" for place, name in wanted if name not in names]


def _named(value: object) -> Iterator[str]:
    """Names of all texts that a part of the settings speaks of."""
    if isinstance(value, TextOf):
        yield value.text_of
    elif isinstance(value, PagesFile):
        yield from value.placeholders.values()
        yield from _named(value.pages)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _named(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _named(one)
