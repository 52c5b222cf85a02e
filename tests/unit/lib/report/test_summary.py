"""The Markdown of a job's summary."""

import re

from scripts.lib.report import summary
from scripts.lib.report.templates import templates
from scripts.lib.report.words import Redaction
from tests.told import Told
from tests.unit.lib.report.conftest import Telling

MOST = 1_000_000
"""Bytes that a job's summary may have."""


def test_it_tells_what_the_page_tells(telling: Telling) -> None:
    text = summary.render(telling(Told()), Redaction())
    assert text.startswith("## ✅ Acme 1.0.0: Proven, and published for test\n")
    for heading in ("Made of what", "Customizations", "Brand", "Gates", "Time"):
        assert f"\n### {heading}\n" in text
    why = "The tab shows our name before any script has run."
    assert f"| ✅ | title | proven | +1 −1 in 1 file | 2 of 2 | {why} |" in text


def test_what_is_wrong_comes_first(telling: Telling) -> None:
    text = summary.render(telling(Told(failed=frozenset({"title"}))), Redaction())
    assert text.startswith("## ❌ Acme 1.0.0: Refused: 2 problems\n")
    assert "### What is wrong\n\n- ❌ title: /: is 'Acme (Tiny)' instead of 'Acme'" in text.replace("&#39;", "'")
    assert text.index("### What is wrong") < text.index("### Customizations")


def test_what_a_record_says_cannot_break_a_table_or_act(telling: Telling) -> None:
    evil = "a | b\n| c\n# d <img src=x> `e` *f* [g](h)"
    text = summary.render(telling(Told(failed=frozenset({"title"}))), Redaction())
    broken = templates(Redaction()).from_string("{{ x|markdown }}").render(x=evil)
    assert broken == r"a \| b \| c \# d &lt;img src=x&gt; \`e\` \*f\* \[g\](h)"
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_a_summary_stays_within_what_a_job_may_show(telling: Telling) -> None:
    text = summary.render(telling(Told(failed=frozenset({"title"}), evidence="x" * 1000)), Redaction())
    assert len(text.encode()) < MOST
