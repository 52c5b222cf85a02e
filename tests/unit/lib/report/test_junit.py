"""JUnit XML as other programs read it."""

import pytest
from junitparser import JUnitXml, TestSuite
from lxml import etree

from scripts.lib.records import Leak
from scripts.lib.report import junit
from scripts.lib.report.words import Redaction
from tests.told import Told
from tests.unit.lib.report.conftest import Telling

LEAK = Leak(surface="backend", place="env.py:3", word="Tiny", excerpt='"Tiny"')
ORDER = ("skipped", "error", "failure", "system-out")


def read(telling: Telling, told: Told) -> dict[str, TestSuite]:
    text = junit.render(telling(told), Redaction())
    return {suite.name: suite for suite in JUnitXml.fromstring(text.encode())}


def test_every_set_of_checks_is_a_suite(telling: Telling) -> None:
    suites = read(telling, Told())
    assert list(suites) == [
        "line",
        "customizations",
        "tiny-app proofs",
        "tiny-app branding",
        "tiny-app functions",
        "brand",
        "gates of test",
    ]
    assert {name: suite.failures + suite.errors + suite.skipped for name, suite in suites.items()} == dict.fromkeys(
        suites, 0
    )


def test_what_failed_fails_with_what_was_seen(telling: Telling) -> None:
    suite = read(telling, Told(failed=frozenset({"title"})))["tiny-app proofs"]
    (case,) = [case for case in suite if not case.is_passed]
    assert (case.classname, case.name) == ("tiny.tiny-app.title", "/")
    assert case.result[0].message == "is 'Acme (Tiny)' instead of 'Acme'"
    assert suite.failures == 1


def test_a_leak_fails_its_surface(telling: Telling) -> None:
    suite = read(telling, Told(leaks=(LEAK,)))["brand"]
    assert [case.name for case in suite if not case.is_passed] == ["backend"]


def test_what_is_not_there_is_skipped_and_not_passed(telling: Telling) -> None:
    suites = read(telling, Told(failed=frozenset({"title"})))
    assert [case.name for case in suites["line"] if case.is_skipped] == ["publish"]
    assert [case.name for case in suites["line"] if case.is_failure] == ["smoke", "gate"]


@pytest.mark.parametrize("evidence", ["\x00\x08\x1b ]]> <&>\"'", "é ⚙️ \ud7ff", "two\nlines"])
def test_any_evidence_makes_well_formed_xml(telling: Telling, evidence: str) -> None:
    root = etree.fromstring(junit.render(telling(Told(evidence=evidence)), Redaction()).encode())
    assert evidence[-4:].strip() in "".join(root.itertext())


def test_counts_are_those_of_the_cases_and_children_stand_in_order(telling: Telling) -> None:
    report = telling(Told(failed=frozenset({"name"}), leaks=(LEAK,)))
    root = etree.fromstring(junit.render(report, Redaction()).encode())
    for element in (root, *root):
        assert int(element.get("tests")) == len(element.findall(".//testcase"))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(element.get(name)) == len(element.findall(f".//{tag}"))
    for case in root.iter("testcase"):
        assert set(case.attrib) == {"classname", "name", "time"}
        assert [ORDER.index(child.tag) for child in case] == sorted(ORDER.index(child.tag) for child in case)
        assert len(case) <= 1
    assert {suite.get("timestamp") for suite in root} == {"2026-11-21T22:10:00"}
