"""The stage report: writes what there is, and after other stages only what is new."""

import argparse
from pathlib import Path

import pytest

from scripts import report as stage
from scripts.lib import engine, records, report
from scripts.lib.records import SmokeReport
from scripts.lib.settings.selection import Selection, select
from tests.tiny import make_checkout
from tests.told import Told, tell


@pytest.fixture
def selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    monkeypatch.setattr(engine, "held", lambda _, reference: reference)
    chosen = select("tiny", "test")
    tell(chosen, Told(pages=("login",), locales=()))
    return chosen


def test_every_form_is_written_and_the_page_is_named(selection: Selection) -> None:
    done = stage.report(selection, argparse.Namespace())
    assert done.says.startswith("out/tiny/report.html, ")
    written = {path.name for path in selection.checkout.out.iterdir()}
    assert {"report.html", "report.md", "junit.xml"} <= written


def test_it_is_renewed_when_a_record_says_something_else(selection: Selection) -> None:
    assert report.renew(selection) == selection.checkout.out / "report.html"
    assert report.renew(selection) is None
    smoke = records.need(selection.checkout, SmokeReport, "smoke")
    records.write(selection.checkout, smoke.model_copy(update={"seconds_to_healthy": {}}))
    assert report.renew(selection) is not None


def test_a_page_that_is_no_report_is_replaced(selection: Selection) -> None:
    (selection.checkout.out / "report.html").write_text("nothing")
    assert report.renew(selection) is not None
