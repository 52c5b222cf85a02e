"""Secrets: values that print as [REDACTED], in an echo, a log, a report or an error."""

import re
from dataclasses import dataclass

REDACTED = "[REDACTED]"


@dataclass(frozen=True)
class Secret:
    """A value that only `reveal` gives out."""

    _value: str

    def reveal(self) -> str:
        """Return the value itself; for the one call that needs it."""
        return self._value

    def __str__(self) -> str:
        return REDACTED

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"


def redact(text: str, secrets: tuple[Secret, ...]) -> str:
    """Return `text` with every secret's value replaced."""
    for secret in secrets:
        if secret.reveal():
            text = text.replace(secret.reveal(), REDACTED)
    return text


def redact_logins(text: str) -> str:
    """Return `text` with every `user:password@` of an address replaced."""
    return re.sub(r"(?<=://)[^/@\s]*@", f"{REDACTED}@", text)
