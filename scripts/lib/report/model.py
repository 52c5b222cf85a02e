"""What a report says, worked out of what was found: pure, and the same for every form in which it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from scripts.lib.ledger import Entry
from scripts.lib.records import (
    BuiltImage,
    Check,
    Part,
    PublishedImage,
    Release,
    SmokeReport,
    Verdict,
)
from scripts.lib.report.customizations import Customization, Mark, customizations
from scripts.lib.report.found import Found
from scripts.lib.report.scenes import Scene, scenes
from scripts.lib.report.tiles import Tile, tiles
from scripts.lib.report.words import counted


@dataclass(frozen=True)
class Timing:
    """The last run of a stage that was more than a look."""

    entry: Entry
    share: float
    """Of the longest, from 0 to 1."""


@dataclass(frozen=True)
class Judged:
    """What an environment's gates said of these images."""

    environment: str
    verdict: Verdict | None
    release: Release | None

    @property
    def mark(self) -> Mark:
        return "open" if self.verdict is None else "good" if self.verdict.passed else "bad"


@dataclass(frozen=True)
class MadeImage:
    """One image, what it was made from and where it is."""

    name: str
    built: BuiltImage
    published: PublishedImage | None
    size_before: int | None
    """Bytes, of the release before."""
    seconds_to_healthy: float | None


@dataclass(frozen=True)
class Report:
    """A report, ready to be worded."""

    found: Found
    mark: Mark
    headline: str
    problems: Sequence[str]
    missing: Sequence[str]
    """What is not known, and what to do about it."""
    tiles: Sequence[Tile]
    images: Sequence[MadeImage]
    customizations: Sequence[Customization]
    others: dict[str, list[Check]]
    """Image name -> its checks that belong to no customization."""
    scenes: Sequence[Scene]
    judged: Sequence[Judged]
    timings: Sequence[Timing]
    seconds: float
    """Of the last run of every stage together."""


def of(found: Found) -> Report:
    """Work a report out."""
    problems, steps, timed = _problems(found), customizations(found), _timings(found)
    mark, headline = _headline(found, problems)
    return Report(
        found=found,
        mark=mark,
        headline=headline,
        problems=problems,
        missing=list(_missing(found)),
        tiles=list(tiles(found, steps, sum(timing.entry.seconds for timing in timed))),
        images=_images(found),
        customizations=steps,
        others=_others(found),
        scenes=scenes(found.smoke, found.before),
        judged=[Judged(name, found.verdicts.get(name), found.releases.get(name)) for name in found.environments],
        timings=timed,
        seconds=sum(timing.entry.seconds for timing in timed),
    )


def _problems(found: Found) -> list[str]:
    """Return everything that keeps these images from this environment, each once."""
    findings = found.validation.findings if found.validation else ()
    misfits = [f for f in findings if f.status not in ("ok", "not-applicable")]
    problems = [f"{f.step} does not fit, {f.status}: {f.message.partition(chr(10))[0]}" for f in misfits]
    problems += found.validation.disagreements if found.validation else ()
    problems += [f"{step} is undone" for step in (found.tree.undone if found.tree else ())]
    problems += found.smoke.problems if found.smoke else []
    verdict = found.verdicts.get(found.environment)
    refused = [g for g in (verdict.gates if verdict else ()) if g.state != "passed"]
    known = list(problems)
    problems += [f"{g.gate} is {g.state}: {g.because}" for g in refused if not any(p in g.because for p in known)]
    return problems + list(_broken_off(found))


def _broken_off(found: Found) -> Iterator[str]:
    """Yield the failure of each stage whose record is therefore not there, or of before."""
    last = {entry.stage: entry for entry in found.runs}
    for link in found.links:
        entry = last.get(link.stage)
        if entry and entry.outcome == "failed" and link.state in ("missing", "stale"):
            yield f"{link.stage} failed: {entry.says}"


def _headline(found: Found, problems: Sequence[str]) -> tuple[Mark, str]:
    """Say in a line how it stands, for the present environment."""
    refused = [link.stage for link in found.links if link.state == "refused"]
    behind = [link.stage for link in found.links if link.state != "ok"]
    if problems:
        return "bad", f"Refused: {counted(len(problems), 'problem')}"
    if refused:
        return "bad", f"Refused by {refused[0]}"
    if not behind:
        return "good", f"Proven, and published for {found.environment}"
    if behind == ["publish"]:
        return "good", f"Proven, and fit to be published for {found.environment}"
    return "open", f"Not finished: {behind[0]} comes next"


def _missing(found: Found) -> Iterator[str]:
    for link in found.links:
        if link.state == "missing":
            yield f"There is no record of {link.stage} yet: invoke {link.stage} makes it."
        elif link.state == "stale":
            yield f"The record of {link.stage} is out of date: invoke {link.stage} makes it anew."
    if found.smoke:
        yield from _unseen(found, found.smoke)


def _unseen(found: Found, smoke: SmokeReport) -> Iterator[str]:
    """Yield what this smoke run did not look at."""
    for part in get_args(Part):
        if part not in smoke.parts:
            asks = "its gates ask" if part in found.asked else "no gate asks"
            yield f"Smoke did not look at {part} ({asks} for it in {found.environment})."
    vanilla = sum(shot.vanilla is None for shot in smoke.shots)
    if vanilla:
        yield f"{vanilla} of {counted(len(smoke.shots), 'picture')} have none of the untouched upstream beside them."
    if smoke.shots and found.before is None:
        yield "No earlier release is kept here to compare with."
    if "branding" in smoke.parts:
        yield from (f"The brand coverage of {n} was not measured." for n in smoke.images if n not in smoke.coverage)


def _images(found: Found) -> list[MadeImage]:
    release, smoke = found.releases.get(found.environment), found.smoke
    return [
        MadeImage(
            name=name,
            built=built,
            published=release.images.get(name) if release else None,
            size_before=found.before.sizes.get(name) if found.before else None,
            seconds_to_healthy=smoke.seconds_to_healthy.get(name) if smoke else None,
        )
        for name, built in (found.image.images.items() if found.image else ())
    ]


def _others(found: Found) -> dict[str, list[Check]]:
    known = {step.id for step in found.steps}
    checks = found.smoke.checks if found.smoke else {}
    return {name: [check for check in of if check.step not in known] for name, of in checks.items()}


def _timings(found: Found) -> list[Timing]:
    worked = {entry.stage: entry for entry in found.runs if entry.outcome != "up-to-date"}
    entries = [worked[link.stage] for link in found.links if link.stage in worked]
    longest = max((entry.seconds for entry in entries), default=0) or 1
    return [Timing(entry, entry.seconds / longest) for entry in entries]
