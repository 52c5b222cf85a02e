"""What is to be told of a run, and the names that stand in its records."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scripts.lib.records import Leak

NOW = datetime(2026, 11, 21, 22, 10, tzinfo=UTC)
ID, BEFORE = f"sha256:{'a1' * 32}", f"sha256:{'b2' * 32}"
DIGEST, BASE = f"sha256:{'c3' * 32}", f"sha256:{'d4' * 32}"
ARTIFACT = "e5" * 32
STAGES = {"fetch": 3.1, "validate": 0.7, "customize": 1.2, "build": 21.7, "smoke": 96.2, "gate": 0.1, "publish": 14.4}


@dataclass(frozen=True)
class Told:
    """What is to be told of a run."""

    failed: frozenset[str] = frozenset()
    """Steps of which a check failed."""
    pages: Sequence[str] = ("login", "about")
    locales: Sequence[str] = ("pt-PT",)
    """In which the first page was looked at too."""
    leaks: tuple[Leak, ...] = ()
    evidence: str = "is 'Acme'"
    wrong: str = "is 'Acme (Tiny)' instead of 'Acme'"
    """What is seen where a check fails."""
    parts: Sequence[str] = ("proofs", "branding", "functions")
    seconds: dict[str, float] = field(default_factory=lambda: STAGES)
