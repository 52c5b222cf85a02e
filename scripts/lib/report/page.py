"""The report as one page that needs nothing else: styles and pictures are within it, and it asks for nothing."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from scripts.lib import console
from scripts.lib.records import PART_OF, ChangedFile, Check
from scripts.lib.released import Released
from scripts.lib.report import pictures
from scripts.lib.report.customizations import Customization
from scripts.lib.report.evidence import Evidence
from scripts.lib.report.model import MadeImage, Report
from scripts.lib.report.scenes import pictures as of_scenes
from scripts.lib.report.templates import FOLDER, templates
from scripts.lib.report.words import Redaction, counted, moment, percentage

MARKS = {"ok": "good", "stale": "open", "missing": "open", "refused": "bad"}
STATES = {"ok": "up to date", "stale": "out of date", "missing": "not there", "refused": "refused"}
GATE_MARKS = {"passed": "good", "failed": "bad", "unknown": "open"}
Fact = tuple[str, str | None, str]
"""A name, what is said of it, and whether it is code."""


def render(report: Report, out: Path, inputs: str, redaction: Redaction) -> str:
    """Return the page; pictures are read below `out`, and `inputs` tells later what the page was made from."""
    style = (FOLDER / "page.css").read_text()
    known, evidence = templates(redaction), Evidence.of_report(report)
    known.globals.update(
        change=_change,
        counted=counted,
        diff_class=_diff_class,
        image_facts=_image_facts,
        before_facts=_before_facts,
        by_part=_by_part,
        moment=moment,
        named=lambda image, checks: [(image, check) for check in checks],
        percentage=percentage,
        same=lambda one, other: _same(out / one, out / other),
        seconds=console.seconds,
        stat=_stat,
        found=report.found,
        evidence=evidence,
        pictures=pictures.embed(out, [*evidence.pictures, *of_scenes(report.scenes)]),
    )
    return known.get_template("page.html.jinja").render(
        report=report,
        inputs=inputs,
        sections=list(_sections(report)),
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        marks=MARKS,
        states=STATES,
        gate_marks=GATE_MARKS,
    )


def _sections(report: Report) -> Iterable[tuple[str, str]]:
    """Yield what the page holds, as its id and name."""
    found = report.found
    held = (
        ("problems", "What is wrong", report.problems),
        ("missing", "What is not known", report.missing),
        ("line", "The line", True),
        ("pages", "Pages", report.scenes),
        ("customizations", "Customizations", True),
        ("checks", "Checks of the whole", any(report.others.values())),
        ("brand", "Brand", found.smoke and found.smoke.coverage),
        ("gates", "Gates", True),
        ("origin", "Made of what", found.source),
        ("time", "Time", report.timings),
    )
    return ((name, title) for name, title, there in held if there)


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def _by_part(checks: Sequence[Check]) -> dict[str, list[Check]]:
    parts: dict[str, list[Check]] = {}
    for check in checks:
        parts.setdefault(PART_OF.get(check.layer, "proofs"), []).append(check)
    return parts


def _image_facts(image: MadeImage) -> list[Fact]:
    built, published = image.built, image.published
    grown = f", {console.size(image.size_before)} before" if image.size_before is not None else ""
    healthy = image.seconds_to_healthy
    return [
        ("Published as", published.reference if published else None, "code"),
        ("Tags", ", ".join(published.tags) if published else None, ""),
        ("Image ID", built.image_id, "code"),
        ("Here", built.reference, "code"),
        ("Staged as", built.staged, "code"),
        ("Made", f"by strategy {built.strategy} in {console.seconds(built.seconds)}", ""),
        ("Size", console.size(built.size) + grown, ""),
        ("Healthy", f"after {console.seconds(healthy)}" if healthy is not None else None, ""),
        *((f"Base {name}", identity, "code") for name, identity in built.bases.items()),
        *((f"Set {name}", counted(len(steps), "step"), "") for name, steps in built.sets.items()),
    ]


def _before_facts(before: Released) -> list[Fact]:
    return [
        ("Version", f"{before.version}, customization {before.customization}", ""),
        ("Published", moment(before.published), ""),
        ("Tree", before.tree, "code"),
        *((f"Image {name}", identity, "code") for name, identity in before.images.items()),
    ]


def _stat(one: Customization) -> str:
    """Word how much a step changed and how often it was looked at."""
    lines = f"+{one.added} −{one.removed} in " if one.added or one.removed else ""
    changed = lines + counted(len(one.files), "file") if one.files else ""
    checks = f"{one.passed} of {counted(len(one.checks), 'check')} passed" if one.checks else ""
    return ", ".join(part for part in (changed, checks) if part)


def _change(file: ChangedFile) -> str:
    """Word what became of one file."""
    if file.before is None:
        return "new"
    if file.after is None:
        return "removed"
    return f"+{file.added} −{file.removed}" if file.added or file.removed else "other bytes"


def _diff_class(line: str) -> str:
    kinds = {"+++": "file", "@@": "hunk", "+": "added", "-": "removed"}
    return next((kind for start, kind in kinds.items() if line.startswith(start)), "same")
