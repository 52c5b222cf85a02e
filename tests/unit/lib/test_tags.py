"""The tags of a release."""

from datetime import date
from itertools import islice

import pytest

from scripts.lib import tags

DAY = date(2026, 11, 21)


def test_the_tree_tag_names_version_customization_and_tree() -> None:
    assert tags.by_tree("0.12.4", "1.0", "0123456789abcdef" * 2) == "0.12.4-custom.1.0-0123456789ab"


def test_a_tag_holds_no_plus_sign() -> None:
    assert tags.by_tree("0.12.4+local", "1.0", "0" * 40) == "0.12.4_local-custom.1.0-000000000000"


def test_the_builds_of_one_day_are_numbered_after_the_date() -> None:
    assert list(islice(tags.by_date(DAY, "1.0"), 3)) == [
        "v2026.11.21-custom.1.0-validated",
        "v2026.11.21.2-custom.1.0-validated",
        "v2026.11.21.3-custom.1.0-validated",
    ]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({}, "v2026.11.21-custom.1.0-validated"),
        ({"v2026.11.21-custom.1.0-validated": "ours"}, "v2026.11.21-custom.1.0-validated"),
        ({"v2026.11.21-custom.1.0-validated": "other"}, "v2026.11.21.2-custom.1.0-validated"),
        (
            {"v2026.11.21-custom.1.0-validated": "other", "v2026.11.21.2-custom.1.0-validated": "ours"},
            "v2026.11.21.2-custom.1.0-validated",
        ),
        (
            {"v2026.11.21-custom.1.0-validated": "other", "v2026.11.21.2-custom.1.0-validated": "another"},
            "v2026.11.21.3-custom.1.0-validated",
        ),
    ],
)
def test_an_image_takes_the_first_tag_that_no_other_image_has(held: dict[str, str], expected: str) -> None:
    assert tags.first_free(tags.by_date(DAY, "1.0"), "ours", held.get) == expected
