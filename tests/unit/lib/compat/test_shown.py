"""The table names what differs; the page holds every cell, escaped, and needs nothing else."""

import io
import re

from rich.console import Console

from scripts.lib.compat.page import page
from scripts.lib.compat.table import table
from tests.unit.lib.compat.conftest import cell, outcome

OUTCOME = outcome(
    ("1.0", (cell("name"), cell("title", "not-applicable", reason="only for versions 1.1 to any"))),
    ("1.1", (cell("name", alternative=2), cell("title"))),
    ("1.2", (cell("name", alternative=2), cell("title"))),
    ("1.3", (cell("name", alternative=2), cell("title", "moved", reason="a: <b>&", file="a", line=7, similarity=0.8))),
)


def shown() -> list[str]:
    out = io.StringIO()
    Console(file=out, width=100).print(table(OUTCOME))
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_releases_that_are_met_alike_share_a_line_newest_first() -> None:
    assert shown() == [
        "releases fit built broken by another alternative not for these",
        "1.3 1 of 2 · title (moved) name",
        "1.1 to 1.2 (2) 2 of 2 · name",
        "1.0 1 of 2 · title",
    ]


def test_the_page_holds_every_release_and_step() -> None:
    text = page(OUTCOME)
    assert re.findall(r'data-release="([^"]+)"', text) == ["1.3", "1.2", "1.1", "1.0"]
    assert re.findall(r'data-step="([^"]+)"', text) == ["name", "title", "built release"]
    assert text.count('role="gridcell"') == 12
    assert "fits by alternative 2" in text
    assert "moved, 80% alike" in text
    assert "<b>&" not in text


def test_the_page_needs_no_other_file_and_no_network() -> None:
    assert re.findall(r'(?:src|href)="(?!data:)[^"]*"|url\(|@import', page(OUTCOME)) == []
