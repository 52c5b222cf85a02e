"""What this program answers: plain data, written as JSON for the stage that runs it."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class File:
    """One file and what became of it."""

    old: str
    volume: str
    new: str
    bytes: int
    was: str
    """sha256 of it in the old folder."""
    sha256: str
    """Of what lies in the volume; the same but for databases and settings, which are written anew."""


@dataclass(frozen=True)
class Database:
    """One database before and after."""

    old: str
    volume: str
    new: str
    tables: dict[str, tuple[int, int]]
    """Table -> rows before and after."""
    rewritten: dict[str, int]
    """TABLE.COLUMN -> cells."""


@dataclass(frozen=True)
class Amount:
    """What a folder of the old stack holds."""

    volume: str
    files: int
    bytes: int


@dataclass
class Answer:
    """Everything that was found, and done."""

    version: str = "unknown"
    fingerprint: str = ""
    left: str = "nothing"
    """What an earlier run left: `nothing`, `half`, to be cleared, or `verified`, only to be put in its place."""
    changed: bool = False
    """What is left was verified of an old folder that is another now."""
    filled: dict[str, list[str]] = field(default_factory=dict)
    """Volume -> what lies in it already."""
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    """What the new stack's file of settings must say."""
    amounts: dict[str, Amount] = field(default_factory=dict)
    """Folder or file of the old stack -> what it holds."""
    rules: dict[str, str] = field(default_factory=dict)
    """Old beginning of a path or address -> what stands for it."""
    databases: list[Database] = field(default_factory=list)
    files: list[File] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)
