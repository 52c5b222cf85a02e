"""The tags of a release."""

from datetime import date
from itertools import islice

import pytest

from scripts.lib import tags
from scripts.lib.settings.tags import TagKind
from scripts.lib.tags import MOVING, Occasion, ReleaseVersion

DAY = date(2026, 11, 21)
ALL: tuple[TagKind, ...] = ("version", "minor", "major", "latest", "edge", "date", "tree")


def occasion(release: str | None = None, released: str = "", *, main: bool = False) -> Occasion:
    """A publication of tree 0…0 of 0.6, maybe as a release, where others (with spaces between) were released before."""
    return Occasion(
        version="0.6",
        customization="1.0",
        tree="0" * 40,
        built=DAY,
        image="ours",
        main=main,
        release=version(release) if release else None,
        released=frozenset(map(version, released.split())),
    )


def version(text: str) -> ReleaseVersion:
    found = tags.parse(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("0.6.1", ReleaseVersion(0, 6, 1)),
        ("10.20.30", ReleaseVersion(10, 20, 30)),
        ("1.0.0-rc.1", ReleaseVersion(1, 0, 0, "-rc.1")),
        ("1.0.0-0a.x-y", ReleaseVersion(1, 0, 0, "-0a.x-y")),
        *((text, None) for text in ("", "0.6", "v0.6.1", "0.6.1.2", "0.06.1", "1.0.0-", "1.0.0-01", "1.0.0-a..b")),
        *((text, None) for text in ("1.0.0+build", "edge", "latest", "0.6-custom.1.0-0123456789ab", "1.0.0 ")),
    ],
)
def test_a_version_has_three_numbers_and_maybe_what_makes_it_a_pre_release(
    text: str, parsed: ReleaseVersion | None
) -> None:
    assert tags.parse(text) == parsed
    assert parsed is None or str(parsed) == text


@pytest.mark.parametrize(
    ("release", "released", "given"),
    [
        # the first release, and the ladder from there
        ("0.6.0", "", "0.6.0 0.6 latest"),
        ("0.6.1", "0.6.0", "0.6.1 0.6 latest"),
        ("0.7.0", "0.6.0 0.6.1", "0.7.0 0.7 latest"),
        ("0.10.0", "0.9.0", "0.10.0 0.10 latest"),
        # 0 is no series that anybody may rely on, 1 is
        ("1.0.0", "0.9.3", "1.0.0 1.0 1 latest"),
        ("1.2.0", "1.0.0 1.1.9", "1.2.0 1.2 1 latest"),
        ("2.0.0", "1.2.0", "2.0.0 2.0 2 latest"),
        # a backport has its own series and never what is further
        ("0.5.9", "0.5.8 0.6.1", "0.5.9 0.5"),
        ("1.1.4", "1.1.3 1.2.0", "1.1.4 1.1"),
        ("1.3.1", "1.3.0 2.0.0", "1.3.1 1.3 1"),
        ("0.4.0", "0.6.1", "0.4.0 0.4"),
        # a run that is repeated after the next release takes nothing back
        ("0.6.1", "0.6.0 0.6.1 0.6.2", "0.6.1"),
        ("0.6.2", "0.6.1 0.6.2", "0.6.2 0.6 latest"),
        # pre-releases have their own name alone, and count for nobody
        ("0.7.0-rc.1", "0.6.1", "0.7.0-rc.1"),
        ("1.0.0-alpha", "", "1.0.0-alpha"),
        ("0.6.2", "0.6.1 0.6.3-rc.1 0.7.0-rc.1 1.0.0-beta.2", "0.6.2 0.6 latest"),
        ("0.7.0", "0.7.0-rc.1 0.7.0-rc.2", "0.7.0 0.7 latest"),
        # no release
        (None, "0.6.1 1.0.0", ""),
    ],
)
def test_a_release_climbs_the_ladder_as_far_as_it_is_the_newest(release: str | None, released: str, given: str) -> None:
    assert list(tags.of(occasion(release, released), ("version", "minor", "major", "latest"))) == given.split()


@pytest.mark.parametrize(("main", "given"), [(True, ["edge"]), (False, [])])
def test_edge_is_what_the_main_branch_holds(main: bool, given: list[str]) -> None:
    assert list(tags.of(occasion(main=main), ("edge",))) == given
    assert list(tags.of(occasion("0.6.1"), ("edge",))) == []


def test_every_kind_has_its_function_and_a_product_says_which_it_uses() -> None:
    assert set(tags.BY_KIND) == set(ALL)
    day, tree = "v2026.11.21-custom.1.0-validated", "0.6-custom.1.0-000000000000"
    assert list(tags.of(occasion("1.0.0"), ALL)) == ["1.0.0", "1.0", "1", "latest", day, tree]
    assert list(tags.of(occasion("1.0.0"), ("date", "tree"))) == [day, tree]


def test_what_moves_is_what_names_no_single_image() -> None:
    assert {kind for kind in ALL if kind not in MOVING} == {"version", "date", "tree"}


@pytest.mark.parametrize(("architecture", "end"), [(None, ""), ("arm64", "-arm64")])
def test_a_part_is_told_from_the_whole(architecture: str | None, end: str) -> None:
    assert tags.by_tree("0.6", "1.0", "0" * 40, architecture) == f"0.6-custom.1.0-000000000000{end}"


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
