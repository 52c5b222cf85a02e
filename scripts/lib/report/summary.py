"""The report as Markdown: what a job's summary shows."""

from scripts.lib import console
from scripts.lib.report.model import Report
from scripts.lib.report.page import GATE_MARKS
from scripts.lib.report.templates import templates
from scripts.lib.report.words import Redaction, counted, moment, percentage

SIGNS = {"good": "✅", "bad": "❌", "open": "⚠️", "aside": "➖"}


def render(report: Report, redaction: Redaction) -> str:
    """Return the Markdown."""
    return (
        templates(redaction)
        .get_template("summary.md.jinja")
        .render(
            report=report,
            found=report.found,
            signs=SIGNS,
            gate_marks=GATE_MARKS,
            counted=counted,
            moment=moment,
            percentage=percentage,
            seconds=console.seconds,
            size=console.size,
        )
    )
