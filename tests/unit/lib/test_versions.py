"""Which released version a wish takes."""

import pytest

from scripts.lib.versions import allows, is_wish, newest

RELEASED = ["0.9.6", "0.10.0", "0.11.4", "0.12.4", "0.12.5.dev1", "1.0.0", "not-a-version"]


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        ("latest", "1.0.0"),
        (">=0.11.4,<1", "0.12.4"),
        ("<0.11", "0.10.0"),
        ("0.9.6", "0.9.6"),
        ("~=0.11.0", "0.11.4"),
        (">2", None),
        ("0.6.17", None),
    ],
)
def test_the_newest_release_that_is_wanted_is_taken(wanted: str, taken: str | None) -> None:
    assert newest(wanted, RELEASED) == taken


def test_a_pre_release_is_taken_only_where_the_wish_names_one() -> None:
    assert newest("<1", ["0.12.4", "0.12.5.dev1"]) == "0.12.4"
    assert newest("<1", ["0.12.5.dev1"]) is None
    assert newest("0.12.5.dev1", ["0.12.4", "0.12.5.dev1"]) == "0.12.5.dev1"
    assert newest(">=0.12.5.dev0,<1", ["0.12.4", "0.12.5.dev1"]) == "0.12.5.dev1"


def test_a_wish_is_latest_a_version_or_a_range() -> None:
    assert all(map(is_wish, ("latest", "0.12.4", ">=0.11,<1", "~=0.12.0")))
    assert not any(map(is_wish, ("newest", ">=", "0.12.x", "^0.12")))


def test_a_locked_version_is_held_against_the_wish() -> None:
    assert allows(">=0.11.4,<1", "0.12.4")
    assert not allows(">=0.11.4,<1", "1.0.0")
    assert not allows("0.12.4", "0.12.5")
