"""Unpacked releases in the cache: which stay, and which go."""

import os
from pathlib import Path

import pytest

from scripts.lib.release import unpacked
from tests.unit.lib.release.conftest import Opener


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Four releases, used one after the other."""
    for number, name in enumerate(("first", "second", "third", "fourth"), 1):
        place = unpacked.folder(tmp_path) / name
        place.mkdir(parents=True)
        (place / "content").write_text("x" * number)
        os.utime(place, (number, number))
    return tmp_path


def left(cache: Path) -> set[str]:
    return {path.name for path in unpacked.folder(cache).iterdir() if path.is_dir()}


def test_those_used_last_stay_and_what_went_is_told_with_its_size(cache: Path) -> None:
    assert unpacked.trim(cache) == {"first": 1, "second": 2}
    assert left(cache) == {"third", "fourth"}
    assert unpacked.trim(cache) == {}


def test_one_that_is_used_again_is_new(cache: Path) -> None:
    os.close(unpacked.use(unpacked.folder(cache) / "first"))
    unpacked.trim(cache)
    assert left(cache) == {"first", "fourth"}


def test_one_in_use_stays_until_it_is_closed(cache: Path) -> None:
    held = unpacked.use(unpacked.folder(cache) / "first")
    os.utime(unpacked.folder(cache) / "first", (1, 1))
    assert set(unpacked.trim(cache)) == {"second"}
    os.close(held)
    assert set(unpacked.trim(cache)) == {"first"}


def test_one_in_the_making_stays_and_what_a_killed_run_left_goes(cache: Path) -> None:
    for name in ("fifth.part", "sixth.part"):
        (unpacked.folder(cache) / name).mkdir()
    with unpacked.lock(unpacked.folder(cache) / "fifth"):
        unpacked.trim(cache)
    assert left(cache) == {"third", "fourth", "fifth.part"}


def test_a_cache_without_releases_has_nothing_to_remove(tmp_path: Path) -> None:
    assert unpacked.trim(tmp_path) == {}


def test_opening_one_more_removes_those_of_before_and_never_itself(
    cache: Path, open_tiny: Opener, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = open_tiny()
    assert left(cache) == {"fourth", bundle.folder.parent.name}
    assert "removed the unpacked release first from the cache" in capsys.readouterr().err
