"""What a browser shows of the upstream's brand: texts, attributes, links, titles, notifications and answers."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Response

from scripts.lib.brand.words import Found, Words
from scripts.lib.settings.brand import Surface
from smoke.branding.observers import Observer, Visit

READ = ("json", "html", "xml", "text/plain", "manifest")
"""Kinds of answers that are read here; scripts and styles are files of the image, which are looked through there."""
NOTIFIED = """
window.graftNotified = [];
if (window.Notification) window.Notification = class extends window.Notification {
  constructor(title, options) {
    window.graftNotified.push([title, options?.body ?? ""].join("\\n"));
    super(title, options);
  }
};
"""
"""Keeps what the page tells a person on the desktop."""
SHOWN = """words => {
  const found = [];
  const has = text => words.some(word => text.toLowerCase().includes(word));
  const name = element => element.localName + (element.id ? `#${element.id}` : "");
  const selector = element => {
    const path = [];
    for (let at = element; at && path.length < 3; at = at.parentElement) path.unshift(name(at));
    return path.join(" > ");
  };
  const add = (surface, place, text) => { if (text && has(text)) found.push([surface, place, text]); };
  add("title", "title", document.title);
  for (const text of window.graftNotified ?? []) add("notification", "Notification", text);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement, data } = texts.currentNode;
    const code = ["SCRIPT", "STYLE", "NOSCRIPT"].includes(parentElement.tagName);
    if (!code && parentElement.checkVisibility()) add("page", selector(parentElement), data);
  }
  for (const element of document.querySelectorAll("*")) {
    if (!document.head.contains(element) && !element.checkVisibility()) continue;
    for (const { name, value } of element.attributes) {
      const link = ["href", "src", "action", "poster", "srcset"].includes(name);
      add(link ? "link" : "attribute", `${selector(element)}[${name}]`, value);
    }
  }
  return found;
}"""
"""Returns surface, selector and text of everything visible that has one of the words."""


class Brand(Observer):
    """Keeps every place in which a brand word is seen, once for all looks of a page."""

    def __init__(self, words: Sequence[str]) -> None:
        self._low = [word.lower() for word in words]
        self._words = Words(words)
        self._found: dict[Found, None] = {}
        self._ended: set[Request] = set()

    @property
    def found(self) -> tuple[Found, ...]:
        """Everything found until now."""
        return tuple(self._found)

    def opened(self, visit: Visit, page: Page) -> None:  # noqa: ARG002  the form of every observer
        page.add_init_script(NOTIFIED)
        page.on("requestfinished", self._end)

    def page(self, visit: Visit, page: Page) -> None:
        shown: list[tuple[Surface, str, str]] = page.evaluate(SHOWN, self._low)
        for surface, selector, text in shown:
            self._keep(self._words.found(text, surface, visit.page, f"{visit.page}: {selector}"))

    def response(self, visit: Visit, response: Response) -> None:  # noqa: ARG002
        read = any(kind in response.headers.get("content-type", "") for kind in READ)
        if read and response.request in self._ended:  # of one that stays open the whole answer never comes
            path = urlsplit(response.url).path
            self._keep(self._words.found(response.text(), "response", path, f"GET {path}"))

    def _end(self, request: Request) -> None:
        self._ended.add(request)

    def _keep(self, found: Iterator[Found]) -> None:
        self._found |= dict.fromkeys(found)
