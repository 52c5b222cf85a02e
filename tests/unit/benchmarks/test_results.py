"""The tables of docs/benchmarks.md, from what was measured."""

from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.groups import GROUPS
from benchmarks.meter import Measured
from benchmarks.results import PAGE, Results

BEGAN = "2026-11-21T22:00:00+00:00"


def run(group: str, name: str, seconds: float, **more: object) -> Measured:
    return Measured(group, name, seconds, memory=500.0, began=BEGAN, **more)  # type: ignore[arg-type]


def test_the_page_shows_what_was_measured_last() -> None:
    assert results.page(Results.read(), PAGE.read_text()) == PAGE.read_text()


def test_every_group_has_a_place_in_the_tables() -> None:
    assert set(results.TITLES) | {"push", "locales", "compat"} == set(GROUPS)
    assert {group for group, _ in (*results.SHARES, *results.SECONDS)} <= set(GROUPS)


def test_a_run_is_told_with_its_median_and_its_share_of_the_plain_build() -> None:
    found = Results(measured=[run("release", "cold", took, stages={"publish": 9.0}) for took in (60.0, 70.0)])
    found.measured += [run("plain", "cold", 200.0, size=4_000_000_000), run("push", "docker push", 18.0)]
    text = results.tables(found)
    assert "| cold | 65.0 (60.0 to 70.0) | 2 | 500 | 0.33 | 0.35 |" in text
    assert "| plain build of the untouched upstream | 4000 |" in text
    assert "| `docker push` of the same image | 18.0 | 0.24 |" in text


def test_without_a_plain_build_there_are_no_shares() -> None:
    assert "| cold | 60.0 | 1 | 500 |  | 0.35 |" in results.tables(Results(measured=[run("release", "cold", 60.0)]))


def test_locales_have_a_row_each() -> None:
    found = Results(measured=[run("locales", "8", 2.0, stages={"validate": 0.5, "customize": 1.25})])
    assert "| 8 | 0.50 | 1.25 | 500 |" in results.tables(found)


def test_a_look_at_many_releases_is_told_by_the_release() -> None:
    found = Results(measured=[run("compat", "warm", 40.0, releases=80, size=200_000_000)])
    assert "| warm | 40.0 | 80 | 0.50 | 500 | 200 |" in results.tables(found)
    assert results.missed(found) == [
        "compat, warm: 0.50 s a release, at most 0.4",
        "compat, warm: 500.00 MB of memory, at most 400",
    ]


def test_what_was_not_measured_and_what_was_disturbed_is_told() -> None:
    found = Results(measured=[run("source", "cold", 250.0, busy=0.9)], failed={"plain": "no network"})
    assert "- plain: no network" in results.tables(found)
    assert "cold (others were busy)" in results.tables(found)


def test_a_missed_target_is_named_with_its_limit() -> None:
    found = Results(measured=[run("plain", "cold", 100.0), run("release", "cold", 40.0), run("source", "cold", 120.0)])
    found.measured += [run("release", "unchanged", 6.0)]
    assert results.missed(found) == [
        "release, unchanged: 6.0 s, at most 5.0 s",
        "release, cold: 40.0 s, at most 35.0 s",
    ]


def test_results_are_kept_as_they_are(tmp_path: Path) -> None:
    found = Results(commit="c", measured=[run("plain", "cold", 1.0)], failed={"push": "x"})
    found.write(tmp_path / "line.json")
    assert Results.read(tmp_path / "line.json") == found
    found.forget("plain")
    assert found.measured == []


def test_a_page_without_a_place_for_the_tables_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        results.page(Results(), "# Benchmarks\n")
