"""Write what was built, how it was proven and what it looks like as one page.

Reads whatever records there are and says what is missing; changes nothing else. Writes report.html, which needs no
other file and asks for none, the same as Markdown (report.md), and JUnit XML (junit.xml), all in out/PRODUCT. Publish
and gate write it at their end, and so does every stage before them that is refused.
"""

import argparse

from scripts.lib import cli
from scripts.lib import report as reports
from scripts.lib.cli import Done
from scripts.lib.console import size
from scripts.lib.settings.selection import Selection


def report(selection: Selection, given: argparse.Namespace) -> Done:  # noqa: ARG001  the form of every stage
    """Return where the page is."""
    page = reports.write(selection)
    return Done(f"{page.relative_to(selection.checkout.root)}, {size(page.stat().st_size)}")


if __name__ == "__main__":
    cli.main("report", report, __doc__, locks=False)
