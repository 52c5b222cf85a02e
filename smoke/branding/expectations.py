"""Looks at one browser proof on an open page: returns what was seen, or raises NotSeen with what is there instead."""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Error, Locator, Page, expect

from scripts.lib.files import Files
from scripts.lib.settings.elements import Element
from scripts.lib.settings.proofs import BrowserProof, Manifest, Picture, Seen
from smoke.branding.observers import Visit
from smoke.branding.words import Wording
from smoke.site import NotSeen

SOON = 5000
"""Milliseconds within which a page that is ready must show what it is to show."""
SOONER = 2000
"""The same of what a page is expected not to show, so that the whole time is waited."""
PRIVATE = "in-incognito"
"""What a whole Chromium says of every window of a test; its headless shell says nothing of installing at all."""
LOADED = """async ({url}) => {
  const answer = await fetch(url, {cache: "force-cache", credentials: "include"});
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const image = new Image();
  image.src = url;
  const decoded = await image.decode().then(() => true, () => false);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return {status: answer.status, body: btoa(text), decoded, width: image.naturalWidth, height: image.naturalHeight};
}"""
"""Takes an image as the browser has it: its bytes from the cache that the page filled, and its size once decoded."""


@dataclass(frozen=True)
class Shown:
    """A page that is ready, and what it must agree with."""

    page: Page
    visit: Visit
    words: Wording
    files: Files
    """The customized tree."""
    whole: bool
    """Whether a whole browser shows it."""
    soon: int = SOON
    """Milliseconds within which it shows what it is to show."""


@dataclass(frozen=True)
class _Image:
    path: str
    body: bytes
    width: int
    height: int


def look(proof: BrowserProof, shown: Shown) -> str:
    """Return what was seen of a proof."""
    if proof.title is not None:
        return _title(shown.words.of(proof.title, shown.visit.locale), shown)
    if proof.see is not None:
        return _text(proof.see, shown)
    if proof.picture is not None:
        return _picture(proof.picture, shown)
    if proof.favicon:
        return _favicon(proof.favicon, shown)
    if proof.manifest is not None:
        return _manifest(proof.manifest, shown)
    return _theme(proof.theme_colour[shown.visit.scheme], shown)


def find(element: Element, page: Page, words: Wording, locale: str) -> Locator:
    """Return the one element that is meant."""
    if element.css is not None:
        return page.locator(element.css)
    name = words.of(element.name, locale) if element.name is not None else None
    return page.get_by_role(element.role, name=name, exact=True)  # type: ignore[arg-type]  # any ARIA role


def _title(wanted: str, shown: Shown) -> str:
    try:
        expect(shown.page).to_have_title(wanted, timeout=shown.soon)
    except AssertionError:
        raise NotSeen(f"the tab is called {shown.page.title()!r} instead of {wanted!r}") from None
    return f"the tab is called {wanted!r}"


def _text(seen: Seen, shown: Shown) -> str:
    wanted = shown.words.of(seen.text, shown.visit.locale)
    element = find(seen, shown.page, shown.words, shown.visit.locale)
    what = f"{_called(seen)}'s {seen.attribute}" if seen.attribute else _called(seen)
    try:
        expect(element).to_be_visible(timeout=shown.soon)
        if seen.attribute:
            expect(element).to_have_attribute(seen.attribute, wanted, timeout=shown.soon)
        else:
            expect(element).to_have_text(wanted, use_inner_text=True, timeout=shown.soon)
    except (AssertionError, Error):
        raise NotSeen(f"{what} is {_found(element, seen)} instead of {wanted!r}") from None
    return f"{what} is {wanted!r}"


def _found(element: Locator, seen: Seen) -> str:
    found = element.all()
    if len(found) != 1:
        return f"there {len(found)} times"
    if not found[0].is_visible():
        return "not visible"
    return repr(found[0].get_attribute(seen.attribute) if seen.attribute else " ".join(found[0].inner_text().split()))


def _picture(picture: Picture, shown: Shown) -> str:
    element = find(picture, shown.page, shown.words, shown.visit.locale)
    try:
        expect(element).to_be_visible(timeout=shown.soon)
    except (AssertionError, Error):
        raise NotSeen(f"{_called(picture)} is there {element.count()} times, or not visible") from None
    image = _loaded(element.evaluate("image => image.currentSrc"), shown.page)
    if (image.width, image.height) != (picture.size, picture.size):
        wanted = f"{picture.size}x{picture.size}"
        raise NotSeen(f"{image.path} is {image.width}x{image.height} once decoded, not {wanted}")
    return _one_of(image, (picture.same_as,), shown.files)


def _favicon(files: Sequence[str], shown: Shown) -> str:
    named: list[str] = shown.page.locator("link[rel~=icon]").evaluate_all("links => links.map(link => link.href)")
    if not named:
        raise NotSeen("the page names no icon for its tab")
    images = [_loaded(url, shown.page) for url in dict.fromkeys(named)]
    return "; ".join(_one_of(image, files, shown.files) for image in images)


def _theme(wanted: str, shown: Shown) -> str:
    found = shown.page.locator("meta[name=theme-color]").evaluate_all("metas => metas.map(meta => meta.content)")
    if found != [wanted]:
        raise NotSeen(f"the theme colour is {', '.join(found) or 'not set'} instead of {wanted}")
    return f"the theme colour is {wanted}"


def _manifest(manifest: Manifest, shown: Shown) -> str:
    """A browser reads the manifest, finds nothing against installing it where it tells that, and can draw each icon."""
    devtools = shown.page.context.new_cdp_session(shown.page)
    answer: dict[str, Any] = devtools.send("Page.getAppManifest")
    errors = [one["errorId"] for one in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    devtools.detach()
    if against := [error for error in errors if error != PRIVATE]:
        raise NotSeen(f"{answer['url'] or 'the page'} cannot be installed: {', '.join(against)}")
    if shown.whole and PRIVATE not in errors:
        raise NotSeen(f"the browser does not tell whether {answer['url'] or 'the page'} can be installed")
    if not answer.get("data"):
        raise NotSeen("the page names no manifest that is there")
    data, wanted = json.loads(answer["data"]), shown.words.of(manifest.name, shown.visit.locale)
    if not data.get("icons"):
        raise NotSeen(f"{answer['url']} names no icon")
    for key in ("name", "short_name"):
        if data.get(key) != wanted:
            raise NotSeen(f"{key} of {answer['url']} is {data.get(key)!r} instead of {wanted!r}")
    return f"{'installed' if shown.whole else 'called'} {wanted!r} with " + "; ".join(
        _icon(icon, answer["url"], manifest, shown) for icon in _once(data["icons"])
    )


def _once(icons: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """An icon may be named for several purposes."""
    return list({icon["src"]: icon for icon in icons}.values())


def _icon(icon: dict[str, str], base: str, manifest: Manifest, shown: Shown) -> str:
    image = _loaded(urljoin(base, icon["src"]), shown.page)
    size = f"{image.width}x{image.height}"
    if icon["sizes"] not in (size, "any"):
        raise NotSeen(f"{image.path} is {size} once decoded, the manifest says {icon['sizes']}")
    return _one_of(image, manifest.icons, shown.files)


def _loaded(url: str, page: Page) -> _Image:
    path = urlsplit(url).path
    try:
        got = page.evaluate(LOADED, {"url": url})
    except Error as error:
        raise NotSeen(f"{path}: {error.message}") from None
    if got["status"] != 200 or not got["decoded"]:
        raise NotSeen(f"{path} answered {got['status']} and {'was' if got['decoded'] else 'could not be'} decoded")
    return _Image(path, base64.b64decode(got["body"]), got["width"], got["height"])


def _one_of(image: _Image, paths: Sequence[str], files: Files) -> str:
    """Return which file's bytes were loaded."""
    same = next((path for path in paths if files.read(path) == image.body), None)
    if same is None:
        digest = hashlib.sha256(image.body).hexdigest()[:12]
        raise NotSeen(f"{image.path}, {len(image.body)} bytes, sha256 {digest}, is not {' or '.join(paths)}")
    return f"{image.path}, {image.width}x{image.height}, {len(image.body)} bytes, as {same}"


def _called(element: Element) -> str:
    return element.css or f"the {element.role}"
