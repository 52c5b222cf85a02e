"""Start times as a table, beside the way before."""

from datetime import UTC, datetime

from scripts.lib.settings.bench import Figure, WayBefore
from scripts.lib.start_times.figures import Machine, Run, StartTimes
from scripts.lib.start_times.table import table

RUNS = (
    Run(cold=9.0, warm=4.0, killed=3.0, memory={"app": 100 << 20, "db": 10 << 20}),
    Run(cold=11.0, warm=5.0, killed=3.5, memory={"app": 120 << 20, "db": 10 << 20}),
    Run(cold=10.0, warm=6.0, killed=9.0, memory={"app": 110 << 20, "db": 12 << 20}),
)


def times(before: WayBefore | None = None) -> StartTimes:
    """Three runs of a product with one image."""
    return StartTimes(
        product="tiny",
        version="1.0.0",
        tree="9f" * 20,
        images={"tiny-app": 150_000_000},
        machine=Machine(cores=2, memory=24 << 30),
        at=datetime(2026, 11, 28, 3, 0, tzinfo=UTC),
        runs=RUNS,
        before=before,
    )


def test_the_middle_of_all_runs_stands_with_the_least_and_the_most() -> None:
    said = table(times())
    assert "| cold start: empty volumes, images there | 10.0 (9.0 to 11.0) | not known |" in said
    assert "| start after `kill -9` of all | 3.5 (3.0 to 9.0) | not known |" in said
    assert "tiny 1.0.0, tree 9f9f9f9f9f9f; 2 cores, 24 GiB; 3 runs, 2026-11-28T03:00 UTC." in said


def test_memory_and_size_of_each_part_stand_below() -> None:
    said = table(times())
    assert "| app | 110 |" in said
    assert "| tiny-app | 150 |" in said


def test_a_figure_of_the_way_before_stands_beside_and_says_where_it_is_from() -> None:
    before = WayBefore(title="installing at start", cold=Figure(seconds=600, source="its own developers"))
    said = table(times(before))
    assert "| what | this stack | installing at start |" in said
    assert "| 10.0 (9.0 to 11.0) | 600 |" in said
    assert "| restart | 5.0 (4.0 to 6.0) | not known |" in said
    assert said.endswith("- cold start: empty volumes, images there, installing at start: its own developers\n")
