"""What a person sees."""

import pytest

from scripts.lib import console


@pytest.mark.parametrize(
    ("value", "said"), [(0.04, "0.0 s"), (59.94, "59.9 s"), (61.0, "1 min 1 s"), (600, "10 min 0 s")]
)
def test_a_duration_is_told_in_seconds_and_minutes(value: float, said: str) -> None:
    assert console.seconds(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0 B"), (999, "999 B"), (65_000_000, "65 MB"), (8_200_000_000, "8.20 GB")]
)
def test_a_size_is_told_in_decimal_units(value: float, said: str) -> None:
    assert console.size(value) == said


def test_results_go_to_stdout_and_the_rest_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console.result("the result")
    console.note("a note")
    assert capsys.readouterr() == ("the result\n", "a note\n")


def test_brackets_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    console.result("images[0].name [red]")
    assert capsys.readouterr().out == "images[0].name [red]\n"


def test_a_long_line_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    console.note("word " * 100)
    assert capsys.readouterr().err.count("\n") == 1


def test_a_part_in_a_log_says_its_start_and_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    with console.part("unpacking") as part:
        part.update(done=1, total=2, says="half")
    first, last = capsys.readouterr().err.splitlines()
    assert first == "  unpacking ..."
    assert last.startswith("  unpacking: 0.0 s")
