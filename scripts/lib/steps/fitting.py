"""What every kind of step shares: its context, what it changed, and how it says that it does not fit."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scripts.lib.files import Files, matching
from scripts.lib.json_text import Form
from scripts.lib.records import Finding

if TYPE_CHECKING:
    from scripts.lib.steps.nearest import Near

MisFit = Literal["moved", "ambiguous", "gone", "invalid"]
ALIKE = 0.75
"""From this similarity on the nearest place is taken for the moved anchor; below, the anchor is gone."""
SHOWN = 5
"""Problems of one step that are told in words; of more files only their number."""
SEVERITY: tuple[MisFit, ...] = ("invalid", "ambiguous", "gone", "moved")


@dataclass(frozen=True)
class StepContext:
    """Where a step takes its own material from, and which upstream version it meets."""

    customizations: Path
    """The product's folder."""
    version: str
    cache: Path
    pending: frozenset[str] = frozenset()
    """Files of the product's folder that this run is going to write; one that is not there yet counts as empty."""
    known: dict[int, tuple[bytes, Form]] = field(default_factory=dict, compare=False, repr=False)
    """Forms of JSON contents that were read or made in this run, by the content's own id."""


@dataclass(frozen=True)
class Applied:
    """What one step changes; nothing is written by it."""

    step: str
    changes: Mapping[str, bytes | None]
    """Path -> content afterwards; None where the file is removed."""
    matches: int
    notes: tuple[str, ...] = ()
    alternative: int | None = None
    """Which alternative matched, from 1; None where the step has none."""
    executable: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Problem:
    """One place where a step does not fit."""

    status: MisFit
    message: str
    """Begins with `path:line` where there is a line; further lines are indented."""
    path: str
    matches: int = 0
    near: "Near | None" = None
    """The place that is most like what was looked for."""
    elsewhere: str | None = None
    """Where the file itself is not there: the path that is most like its own."""
    alternative: int | None = None
    """Which alternative did not fit, from 1; None where the step has none."""


class DoesNotFit(Exception):
    """A step does not meet these files: where, what was looked for and what is nearest."""

    def __init__(self, finding: Finding, problems: tuple[Problem, ...]) -> None:
        self.finding = finding
        self.problems = problems
        super().__init__(f"{finding.step}: {finding.message}")


def refuse(step: str, *problems: Problem) -> DoesNotFit:
    """Word all problems of one step as one finding; its status is the hardest of theirs."""
    hardest = sorted(problems, key=lambda p: SEVERITY.index(p.status))
    lines = [p.message for p in hardest[:SHOWN]]
    if len(hardest) > SHOWN:
        lines.append(f"and {len(hardest) - SHOWN} more files likewise")
    finding = Finding(
        step=step,
        status=hardest[0].status,
        files=tuple(dict.fromkeys(p.path for p in hardest)),
        message="\n".join(lines),
        matches=sum(p.matches for p in hardest),
    )
    return DoesNotFit(finding, problems)


def targets(step: str, glob: str, files: Files) -> list[str]:
    """Return the paths that a step's `path` names; raises DoesNotFit with the nearest path where there is none."""
    found = matching(files, glob)
    if found:
        return found
    nearest = difflib.get_close_matches(glob, files.names(), n=1, cutoff=0.6)
    near = f"; nearest is {nearest[0]}" if nearest else ""
    told = f"{glob}: upstream has no such file{near}"
    raise refuse(step, Problem("gone", told, glob, elsewhere=next(iter(nearest), None)))


def line_of(data: bytes | str, position: int) -> int:
    """Return the line, from 1, of a position."""
    head = data[:position]
    return 1 + (head.count(b"\n") if isinstance(head, bytes) else head.count("\n"))


def shorten(text: str, length: int = 100) -> str:
    """Word a text as one line for a message."""
    line = text.strip().replace("\n", "⏎")
    return line if len(line) <= length else f"{line[: length - 1]}…"
