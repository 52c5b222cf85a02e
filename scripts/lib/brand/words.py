"""Brand words in a text: each place with what stands around it. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from scripts.lib.settings.brand import Surface

AROUND = 400
"""Characters before and behind a word that rules may speak of."""
SHOWN = 60
"""Characters before and behind a word that a person is shown."""


@dataclass(frozen=True)
class Found:
    """One place where a brand word or image stands."""

    surface: Surface
    file: str
    """Path in the image, name of the page, or address of the answer."""
    place: str
    """The file with its line or offset, or the page with its selector."""
    word: str
    around: str
    """Text around the word; the word alone for an image."""
    at: int = 0
    """Where the word begins in `around`."""

    @property
    def excerpt(self) -> str:
        """One line that shows the word in its place."""
        end = self.at + len(self.word)
        return " ".join(self.around[max(0, self.at - SHOWN) : end + SHOWN].split())

    def covered_by(self, pattern: str) -> bool:
        """Tell whether a match of a regular expression covers the word."""
        end = self.at + len(self.word)
        return any(m.start() <= self.at and end <= m.end() for m in _compiled(pattern).finditer(self.around))


class Words:
    """The upstream's brand words, in any mix of capitals."""

    def __init__(self, words: Iterable[str]) -> None:
        longest_first = sorted(words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
        self._low = [word.lower().encode() for word in longest_first]

    def within(self, data: bytes) -> bool:
        """Tell, quickly, whether any of the words stands in these bytes."""
        low = data.lower()
        return any(word in low for word in self._low)

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Return every place of a word, in order."""
        return self._pattern.finditer(text)

    def found(self, text: str, surface: Surface, file: str, place: str) -> Iterator[Found]:
        """Return every word of a text that is one place."""
        for match in self.matches(text):
            yield self.at(match, text, surface, file, place)

    @staticmethod
    def at(match: re.Match[str], text: str, surface: Surface, file: str, place: str) -> Found:
        """Return what is kept of one match in a text."""
        start = max(0, match.start() - AROUND)
        return Found(surface, file, place, match[0], text[start : match.end() + AROUND], match.start() - start)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
