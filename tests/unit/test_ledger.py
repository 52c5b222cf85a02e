"""One line for every run."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from scripts.lib import ledger
from scripts.lib.checkout import Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(root=tmp_path, product="tiny", cache=tmp_path / "cache")


def entry(stage: str) -> ledger.Entry:
    began = datetime(2026, 11, 21, 12, tzinfo=UTC)
    return ledger.Entry(
        stage=stage,
        product="tiny",
        environment="test",
        started=began,
        seconds=1.5,
        outcome="failed",
        exit_code=10,
        says="two\nlines and a ü",
    )


def test_a_checkout_without_runs_has_an_empty_ledger(checkout: Checkout) -> None:
    assert ledger.entries(checkout) == []


def test_entries_come_back_as_written_and_in_order(checkout: Checkout) -> None:
    for stage in ("fetch", "build"):
        ledger.append(checkout, entry(stage))
    assert ledger.entries(checkout) == [entry("fetch"), entry("build")]


def test_an_entry_is_one_line_whatever_it_says(checkout: Checkout) -> None:
    ledger.append(checkout, entry("build"))
    assert (checkout.out / "ledger.jsonl").read_text().count("\n") == 1


def test_a_half_written_last_line_is_passed_over(checkout: Checkout) -> None:
    ledger.append(checkout, entry("fetch"))
    with (checkout.out / "ledger.jsonl").open("a") as file:
        file.write('{"stage": "bui')
    assert ledger.entries(checkout) == [entry("fetch")]


def test_an_entry_after_a_half_written_one_is_whole(checkout: Checkout) -> None:
    test_a_half_written_last_line_is_passed_over(checkout)
    ledger.append(checkout, entry("build"))
    assert ledger.entries(checkout) == [entry("fetch"), entry("build")]


def test_a_whole_line_that_is_no_entry_is_an_error(checkout: Checkout) -> None:
    checkout.out.mkdir(parents=True)
    (checkout.out / "ledger.jsonl").write_text("{}\n")
    with pytest.raises(ValidationError):
        ledger.entries(checkout)


def test_times_are_in_utc() -> None:
    assert ledger.now().tzinfo is UTC
