"""What a deploy decides from what it saw."""

from datetime import UTC, datetime
from typing import Any

import pytest

from scripts.lib.deploy.plan import Seen, carried, decide
from scripts.lib.errors import SettingsInvalid
from tests.deployments import IMAGE, deployment

NOW = datetime(2026, 11, 21, 20, 15, 7, tzinfo=UTC)
COPY = "tiny-data-of-1.0.0-before-1.1.0-20261121T201507Z"

FAILED = [deployment(), deployment(version="1.1.0", outcome="failed", copies={"c": "tiny-data"})]


def seen(**said: Any) -> Seen:
    usual: dict[str, Any] = {
        "product": "tiny",
        "environment": "test",
        "stack": "tiny",
        "version": "1.0.0",
        "inputs": "i",
        "history": [deployment()],
        "images": {IMAGE["image_id"], "sha256:of-a-helper"},
        "volumes": set(),
        "exact": True,
        "answers": True,
        "filled": {"tiny-data"},
        "half_adopted": set(),
        "adopt": None,
        "now": NOW,
    }
    return Seen(**usual | said)


def test_nothing_new_is_no_change() -> None:
    assert decide(seen()).up_to_date


@pytest.mark.parametrize(
    "said",
    [
        {"inputs": "other"},
        {"exact": False},
        {"answers": False},
        {"history": [deployment(), deployment(outcome="failed", serves="nothing")]},
        {"history": []},
    ],
)
def test_anything_else_is_a_change(said: dict[str, Any]) -> None:
    assert not decide(seen(**said)).up_to_date


@pytest.mark.parametrize(
    ("said", "copies"),
    [
        ({}, {}),
        ({"version": "1.1.0"}, {"tiny-data": COPY}),
        ({"version": "1.1.0", "filled": set()}, {}),
        ({"version": "1.1.0", "adopt": "old", "filled": set()}, {}),
        ({"history": [], "version": "1.1.0"}, {"tiny-data": COPY.replace("1.0.0", "unknown")}),
        (
            {"version": "1.1.0", "history": [deployment(), deployment(version="1.1.0", outcome="failed")]},
            {},
        ),
        ({"version": "1.1.0", "history": FAILED, "volumes": {"c"}}, {}),
        ({"version": "1.1.0", "history": FAILED}, {"tiny-data": COPY.replace("1.0.0", "unknown")}),
        (
            {"version": "1.1.0", "history": FAILED, "volumes": {"c"}, "images": {"sha256:of-1.0.0"}},
            {"tiny-data": COPY.replace("1.0.0", "unknown")},
        ),
        ({"images": set()}, {"tiny-data": COPY.replace("1.0.0-before-1.1.0", "unknown-before-1.0.0")}),
        (
            {
                "version": "1.1.0",
                "history": [deployment(), deployment(version="1.1.0", outcome="failed", switched=False)],
            },
            {"tiny-data": COPY},
        ),
        ({"version": "1.1.0+ours"}, {"tiny-data": COPY.replace("1.1.0", "1.1.0_ours")}),
    ],
    ids=[
        "the same version",
        "another version",
        "no data",
        "adopted, so copied",
        "data of nobody knows what",
        "that version had them already",
        "a failed deploy's copy is still there",
        "its copy was used up, as by going back",
        "somebody went back by hand",
        "no container tells",
        "that version never started",
        "a version that no volume can be called",
    ],
)
def test_data_are_copied_before_another_version_meets_them(said: dict[str, Any], copies: dict[str, str]) -> None:
    assert decide(seen(inputs="other", **said)).copies == copies


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"environment": "other"}, "the stack tiny is that of tiny in environment test"),
        ({"product": "other"}, "the stack tiny is that of tiny in environment test"),
        ({"adopt": "old"}, "tiny-data has data already"),
        ({"half_adopted": {"tiny-data"}}, "the adoption into tiny-data was not ended"),
    ],
)
def test_what_must_not_be_is_refused(said: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsInvalid, match=words):
        decide(seen(**said))


def test_copies_are_carried_from_a_failed_deploy_to_the_next_ones_until_one_ends_well() -> None:
    assert carried(FAILED) == {"c": "tiny-data"}
    assert carried([*FAILED, deployment(outcome="failed", switched=False)]) == {"c": "tiny-data"}
    assert carried([*FAILED, deployment(version="1.1.0", copies={"c": "tiny-data"})]) == {}
    assert carried([]) == {}


def test_an_adoption_that_was_not_ended_is_done_again() -> None:
    assert not decide(seen(history=[], adopt="old", half_adopted={"tiny-data"})).up_to_date
