"""What a product's program answers, and the record of a migration that the target keeps."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from scripts.lib.settings.base import Frozen


class MovedFile(Frozen):
    """One file and what became of it."""

    old: str
    """Path below the old folder."""
    volume: str
    new: str
    """Path in the volume."""
    bytes: int
    was: str
    """sha256 in the old folder."""
    sha256: str
    """In the volume; another one only where the file was written anew on purpose."""


class MovedDatabase(Frozen):
    """One database before and after."""

    old: str
    volume: str
    new: str
    tables: dict[str, tuple[int, int]]
    """Table -> rows before and after."""
    rewritten: dict[str, int]
    """TABLE.COLUMN -> cells."""


class Amount(Frozen):
    """What a folder of the older stack holds."""

    volume: str
    files: int
    bytes: int


class Answer(Frozen):
    """What the program found or did."""

    version: str
    """Of the older stack."""
    fingerprint: str
    """Over everything that is moved."""
    left: Literal["nothing", "half", "verified"] = "nothing"
    """What an earlier run left in the volumes: work that is cleared, or that only has to be put in its place."""
    changed: bool = False
    """What is left was verified of an older folder that is another now."""
    filled: dict[str, list[str]] = Field(default_factory=dict)
    """Volume -> what lies in it already."""
    problems: tuple[str, ...] = ()
    """What keeps it from being moved; of a move, why nothing was."""
    notes: tuple[str, ...] = ()
    settings: dict[str, str] = Field(default_factory=dict)
    """What the environment's file must say."""
    amounts: dict[str, Amount] = Field(default_factory=dict)
    """Folder or file of the older stack -> what it holds."""
    rules: dict[str, str] = Field(default_factory=dict)
    """Beginning of a path or address -> what stands for it."""
    databases: tuple[MovedDatabase, ...] = ()
    files: tuple[MovedFile, ...] = ()


class Migration(Frozen):
    """One migration and how far it came."""

    form: Literal[1] = 1
    """Of this record; another one is of another version of this code."""
    product: str
    environment: str
    stack: str
    source: str
    """The old folder."""
    by: str
    began: datetime
    seconds: float
    outcome: Literal["begun", "failed", "done"]
    """It stays `begun` where it was broken off, and the next run clears or ends it; `failed` left nothing."""
    carried: dict[str, bool] = Field(default_factory=dict)
    """Secret -> whether the old one goes on."""
    answer: Answer
