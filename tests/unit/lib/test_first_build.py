"""The date of the first build of the same inputs is the date of all of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from scripts.lib import first_build


def now() -> datetime:
    return datetime.now(UTC)


THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_what_was_never_built_is_of_the_present(tmp_path: Path) -> None:
    assert abs(first_build.moment(tmp_path, "a", now) - datetime.now(UTC)) < timedelta(seconds=5)
    assert not list(tmp_path.iterdir()), "only a build that succeeded is remembered"


def test_the_first_moment_stays(tmp_path: Path) -> None:
    first_build.remember(tmp_path, "a", THEN)
    first_build.remember(tmp_path, "a", THEN + timedelta(days=1))
    assert first_build.moment(tmp_path, "a", now) == THEN
    assert first_build.moment(tmp_path, "b", now) > THEN
