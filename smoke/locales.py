"""The translations of a running page, in the chunks that the page itself would load."""

from functools import cache
from urllib.parse import urljoin

from scripts.lib.release.chunks import UnexpectedScript, decode_locale, locale_map
from smoke.site import NotSeen, Site


class Locales:
    """Reads each chunk of a site once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.chunks = cache(self._chunks)
        """Module name -> (locale -> path of its chunk), from the maps in the page's scripts; raises NotSeen."""
        self.texts = cache(self._texts)
        """Path of a chunk -> (key -> text); raises NotSeen."""

    def _chunks(self, module: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in self._site.scripts():
            try:
                chunks = locale_map(self._site.script(path), module)
            except UnexpectedScript as error:
                raise NotSeen(f"{path}: {error}") from None
            found |= {locale: urljoin(path, name) for locale, name in (chunks or {}).items()}
        if not found:
            raise NotSeen(f"none of {len(self._site.scripts())} scripts of the page has a map of {module}")
        return found

    def _texts(self, path: str) -> dict[str, str]:
        try:
            return decode_locale(self._site.script(path))
        except UnexpectedScript as error:
            raise NotSeen(f"{path}: {error}") from None
