"""How a report words numbers, and what it never shows: secrets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from scripts.lib.secret import Secret, redact, redact_logins

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Neither HTML nor XML may hold these."""


@dataclass(frozen=True)
class Redaction:
    """Takes out of a text what nobody may read, and what no page can hold."""

    secrets: tuple[Secret, ...] = ()

    def __call__(self, text: str) -> str:
        return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", redact_logins(redact(text, self.secrets)))

    def all(self, texts: Iterable[str]) -> list[str]:
        """Return each of the texts so."""
        return [self(text) for text in texts]


def percentage(value: float) -> str:
    """Word percent, never as 100 where something is missing."""
    return f"{value:.0f} %" if value in (0, 100) else f"{min(value, 99.9):.1f} %"


def counted(number: int, what: str) -> str:
    """Word a number of things."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def moment(time: datetime) -> str:
    """Word a moment, in UTC."""
    return f"{time.astimezone(UTC):%-d %b %Y, %H:%M} UTC"
