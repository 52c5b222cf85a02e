"""From the upstream to the customized tree: what fetch, validate and customize leave."""

from typing import Literal

from scripts.lib.records.record import Record
from scripts.lib.settings.base import Frozen


class FetchedSource(Frozen):
    """One source as it was fetched."""

    kind: str
    version: str
    resolved: str
    """sha256 of the artifact, git commit, or fingerprint of a path."""
    address: str
    """File name at the index, repository and ref, or path; for people."""
    stored: str | None = None
    """Path below the cache of an artifact that later stages read (a wheel)."""
    fingerprint: str
    """Over every path and content of the source, of one in the tree over those that lie there."""
    licence: str | None = None
    """sha256 of the licence file of a source that is laid into the tree, None where it has none."""


class Source(Record):
    """What `fetch` brought."""

    version: str
    sources: dict[str, FetchedSource]
    licence: str | None
    """sha256 of the product's licence file, None where the tree has none."""
    base: str
    """Commit of the untouched upstream in the workspace."""
    points: dict[str, dict[str, str]]
    """Per step: path -> sha256 of each file that it looks at. What changes here may need a change there."""


class Finding(Frozen):
    """How one step meets one source."""

    step: str
    status: Literal["ok", "not-applicable", "moved", "ambiguous", "gone", "invalid"]
    files: tuple[str, ...] = ()
    alternative: int | None = None
    """Which alternative matched, from 1; None where the step has none."""
    matches: int = 0
    message: str = ""
    """For what is not ok: what was looked for, what was found, and where (path:line)."""


class Validation(Record):
    """Every step against this source, all in one pass."""

    source: str
    findings: tuple[Finding, ...]
    disagreements: tuple[str, ...] = ()
    """Where the customized code and our lists of requirements do not agree; not looked at where a step does not fit."""


class ChangedFile(Frozen):
    """One file as a step left it."""

    path: str
    before: str | None
    after: str | None
    """sha256; None where there is no file."""
    added: int
    removed: int
    """Lines; 0 for binary files."""


class AppliedStep(Frozen):
    """One step and its checkpoint, a commit of the workspace."""

    step: str
    checkpoint: str | None
    """None where the step does not apply to this version or is undone."""
    files: tuple[ChangedFile, ...]
    matches: int
    notes: tuple[str, ...] = ()


class Tree(Record):
    """The customized tree."""

    source: str
    customization: str
    """Version of the customization set."""
    tree: str
    """git tree hash of the workspace."""
    steps: tuple[AppliedStep, ...]
    undone: tuple[str, ...] = ()
    verified: bool
    """Every end state was seen again on the finished tree and everything edited still parses."""
