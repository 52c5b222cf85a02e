"""The stage bench_start: how many runs it takes, what it writes."""

import argparse
from pathlib import Path

import pytest

from scripts import bench_start
from scripts.lib import engine, records, stand
from scripts.lib.errors import SettingsInvalid
from scripts.lib.records import Image
from scripts.lib.settings.selection import Selection, select
from scripts.lib.start_times import measuring
from scripts.lib.start_times.figures import Run, StartTimes
from tests.tiny import make_checkout

BUILT = {
    "reference": "graft/tiny/tiny-app:1",
    "image_id": f"sha256:{'a1' * 32}",
    "size": 150_000_000,
    "seconds": 1.0,
    "strategy": "source",
    "bases": {},
}


@pytest.fixture
def selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """A product that is built, on an engine that starts it in 9, 8, 7 seconds, and so on."""
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    made = select("tiny", "test")
    built = {"inputs": "i", "tree": "9f" * 20, "version": "1.0.0", "images": {"tiny-app": BUILT}}
    records.write(made.checkout, Image.model_validate(built))
    monkeypatch.setattr(stand, "remove_stands", lambda own: None)
    monkeypatch.setattr(engine, "machine", lambda: (2, 24 << 30))
    colds = iter((9.0, 8.0, 7.0, 6.0, 5.0))

    def measured(chosen: Selection, references: dict[str, str], *given: object) -> Run:
        assert references == {"tiny-app": "graft/tiny/tiny-app:1"}
        return Run(cold=next(colds), warm=4.0, killed=3.0, memory={"app": 1 << 20})

    monkeypatch.setattr(measuring, "measure", measured)
    return made


def run(selection: Selection, runs: str | None) -> str:
    return bench_start.bench_start(selection, argparse.Namespace(runs=runs, before=False)).says


def test_three_runs_where_nothing_is_said_and_their_middle_is_told(selection: Selection) -> None:
    assert run(selection, None) == "healthy after 8.0 s from nothing, 4.0 s again, 3.0 s after kill -9"
    kept = StartTimes.model_validate_json((selection.checkout.out / "bench-start.json").read_text())
    assert [one.cold for one in kept.runs] == [9.0, 8.0, 7.0]
    assert kept.images == {"tiny-app": 150_000_000}
    page = (selection.checkout.out / "bench-start.md").read_text()
    assert "| cold start: empty volumes, images there | 8.0 (7.0 to 9.0) | not known |" in page


def test_as_many_runs_as_are_asked_for(selection: Selection) -> None:
    assert run(selection, "5").startswith("healthy after 7.0 s from nothing")


@pytest.mark.parametrize("runs", ["0", "-1", "many", "51"])
def test_no_other_number_of_runs_is_taken(selection: Selection, runs: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"--runs: '{runs}' is no whole number from 1 to 50"):
        run(selection, runs)
