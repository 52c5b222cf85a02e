"""What broke is told once a run of releases, with ranges that only several releases tell."""

from scripts.lib.compat.advice import breaks, with_ranges
from scripts.lib.compat.propose import OUT_OF_RANGE
from tests.unit.lib.compat.conftest import cell, outcome


def gone(proposal: str | None = OUT_OF_RANGE) -> tuple[object, ...]:
    return (cell("it", "gone", reason="a.txt: gone", proposal=proposal),)


FITS = (cell("it"),)


def ranges(*rows: tuple[str, tuple[object, ...]], locked: str | None = None) -> list[tuple[str, str | None]]:
    found = with_ranges(outcome(*rows), locked)  # type: ignore[arg-type]
    return [(one.over, one.proposal and one.proposal.splitlines()[-1]) for one in breaks(found)]


def test_releases_that_break_alike_are_told_as_one() -> None:
    rows = [("1.0", FITS), ("1.1", gone()), ("1.2", gone()), ("1.3", gone())]
    assert ranges(*rows) == [("1.1 to 1.3 (3)", "versions: { to: 1.0 }")]


def test_what_breaks_in_the_old_ones_begins_where_it_holds() -> None:
    assert ranges(("1.0", gone()), ("1.1", FITS), ("1.2", FITS)) == [("1.0", "versions: { from: 1.1 }")]


def test_a_range_has_no_holes_so_the_break_before_the_next_is_told_apart() -> None:
    rows = [("1.0", gone()), ("1.1", FITS), ("1.2", gone())]
    assert ranges(*rows) == [("1.0", "versions: { from: 1.1 }"), ("1.2", "versions: { to: 1.1 }")]


def test_one_state_of_a_repository_is_after_the_locked_release() -> None:
    assert ranges(("1.3 (dev, abc)", gone()), locked="1.2") == [("1.3 (dev, abc)", "versions: { to: 1.2 }")]


def test_where_it_holds_nowhere_no_range_is_proposed() -> None:
    assert ranges(("1.0", gone()), ("1.1", gone()), locked="1.1") == [("1.0 to 1.1 (2)", None)]


def test_other_proposals_stay_as_they_are() -> None:
    assert ranges(("1.0", gone("# paste\n- find: x\n"))) == [("1.0", "- find: x")]


def test_what_holds_has_no_proposal() -> None:
    assert breaks(with_ranges(outcome(("1.0", FITS)), None)) == []
