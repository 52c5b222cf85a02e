"""The place of a text that is most like what was looked for: shown where an anchor is gone or has moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from scripts.lib.steps.fitting import ALIKE, MisFit, shorten


@dataclass(frozen=True)
class Near:
    """A place and how much it is like the text looked for (1 is equal)."""

    line: int
    text: str
    similarity: float

    @property
    def status(self) -> MisFit:
        """Whether the anchor has moved or is gone."""
        return "moved" if self.similarity >= ALIKE else "gone"

    def __str__(self) -> str:
        return f"nearest is line {self.line} ({self.similarity:.0%} alike): {shorten(self.text)}"


def nearest(text: str, wanted: str) -> Near | None:
    """Return the place of `text` that is most like `wanted`, as many lines as that has; None where nothing is."""
    lines = text.split("\n")
    height = len(wanted.strip("\n").split("\n"))
    windows = [(at + 1, "\n".join(lines[at : at + height])) for at in range(len(lines) - height + 1)]
    return best(windows, wanted.strip("\n"))


def best(candidates: Sequence[tuple[int, str]], wanted: str) -> Near | None:
    """Return the candidate (line and text) that is most like `wanted`, or has in it what is."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    letters = set(wanted)
    found: Near | None = None
    for line, text in candidates:
        if len(letters & set(text)) * 2 < len(letters):
            continue
        matcher.set_seq1(text)
        block = matcher.find_longest_match()
        if block.size < min(3, len(wanted)):
            continue
        start = max(0, block.a - block.b)
        matcher.set_seq1(text[start : start + len(wanted)])
        if found and matcher.quick_ratio() <= found.similarity:
            continue
        share = matcher.ratio()
        if share >= 0.3 and (found is None or share > found.similarity):
            found = Near(line, text, share)
    return found
