"""What is allowed, by whom and how often; and how much of each surface bears our brand."""

from typing import Any

import pytest
from pydantic import ValidationError

from scripts.lib.brand.judging import Judge, Judged, leaks, surfaces
from scripts.lib.brand.words import Found, Words
from scripts.lib.settings.brand import BrandFile, Surface

WHY = "a reason that is long enough"
PLACES = [{"image": "/app", "tree": "backend"}]


def judge(*allowed: dict[str, Any], protected: tuple[dict[str, Any], ...] = (), version: str = "1.0.0") -> Judge:
    entries = [{"reason": WHY, "surfaces": ["server"]} | entry for entry in allowed]
    brand = {"words": ["Tiny"], "places": PLACES, "allowed": entries, "protected": protected}
    return Judge(BrandFile.model_validate(brand), version)


def found(text: str = "by Tiny", surface: Surface = "server", file: str = "/app/a.py", place: str = "") -> Found:
    (one,) = Words(["Tiny"]).found(text, surface, file, place or file)
    return one


def reasons(judged: Judged) -> list[str | None]:
    return [reason for _, reason in judged.found]


def test_what_nobody_allows_is_a_leak() -> None:
    judged = judge().judge([found()])
    assert reasons(judged) == [None]
    assert leaks(judged)[0].allowed is None


@pytest.mark.parametrize(
    ("entry", "allowed"),
    [
        ({}, True),
        ({"surfaces": ["script", "server"]}, True),
        ({"surfaces": ["script"]}, False),
        ({"places": ["/app/*.py"]}, True),
        ({"places": ["/app/b.py", "/app/lib/**"]}, False),
        ({"text": "by [A-Z][a-z]+"}, True),
        ({"text": "by"}, False),
        ({"text": "Tin"}, False),
        ({"versions": {"to": "0.9.0"}}, False),
        ({"versions": {"from": "1.0.0"}}, True),
    ],
)
def test_an_entry_allows_what_it_says_and_no_more(entry: dict[str, Any], allowed: bool) -> None:
    assert reasons(judge(entry).judge([found()])) == [WHY if allowed else None]


def test_a_pattern_allows_only_words_that_it_covers() -> None:
    judged = judge({"text": "https://tiny/[a-z]*"}).judge(
        Words(["Tiny"]).found("https://tiny/x Tiny", "server", "a", "a")
    )
    assert reasons(judged) == [WHY, None]


def test_more_places_than_expected_are_leaks_and_are_told() -> None:
    judged = judge({"count": {"to": 1}}).judge([found(), found(place="/app/b.py:2")])
    assert reasons(judged) == [WHY, None]
    assert judged.stale == (f"allowed places of {WHY!r}: 2 instead of 1 or fewer",)


def test_an_entry_that_allows_nothing_any_more_is_told() -> None:
    assert judge({}).judge([]).stale == (f"allowed places of {WHY!r}: 0 instead of 1 or more",)
    assert judge({"count": {"from": 0, "to": 1}}).judge([]).stale == ()
    assert judge({"versions": {"to": "0.9.0"}}).judge([]).stale == ()


def test_an_entry_for_what_was_not_looked_at_is_not_stale() -> None:
    assert judge({"surfaces": ["page"]}).judge([], looked_at={"server"}).stale == ()
    assert judge({"surfaces": ["page", "server"]}).judge([], looked_at={"server"}).stale != ()


def test_the_upstream_may_have_any_number_of_what_is_allowed() -> None:
    judged = judge({"count": {"to": 1}}).judge([found(), found(place="/app/b.py:2")], counted=False)
    assert reasons(judged) == [WHY, WHY]


def test_what_is_protected_is_allowed_for_that_reason() -> None:
    protected = ({"why": "Names of headers", "text": "X-Tiny-[A-Z][a-z]+"},)
    assert reasons(judge(protected=protected).judge([found("X-Tiny-Id")])) == ["protected: Names of headers"]


def test_a_text_that_several_locales_have_is_one_leak() -> None:
    texts = [found("de Tiny", "text", "by", f"{locale}: 'by'") for locale in ("pt-PT", "pt-BR", "de-DE")]
    (leak,) = leaks(judge().judge(texts))
    assert (leak.count, leak.place) == (3, "pt-PT: 'by', pt-BR: 'by', de-DE: 'by'")


def test_two_places_of_one_file_are_two_leaks_and_allowed_ones_are_told_together() -> None:
    two = [found(place="/app/a.py:1"), found(place="/app/a.py:2")]
    assert [leak.place for leak in leaks(judge().judge(two))] == ["/app/a.py:1", "/app/a.py:2"]
    assert [leak.count for leak in leaks(judge({}).judge(two))] == [2]


def test_a_surface_is_measured_against_the_upstream() -> None:
    upstream = judge().judge([found(), found(), found(), found(), found(surface="script")])
    ours = judge().judge([found(), found(surface="page")])
    measured = {s.surface: (s.upstream, s.leaks, s.percent) for s in surfaces(ours, upstream)}
    assert measured == {"server": (4, 1, 75.0), "script": (1, 0, 100.0), "page": (1, 1, 0.0)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"allowed": [{"reason": "short", "surfaces": ["page"]}]},
        {"allowed": [{"reason": WHY, "surfaces": ["pages"]}]},
        {"allowed": [{"reason": WHY, "surfaces": ["page"], "text": "("}]},
        {"allowed": [{"reason": WHY, "surfaces": []}]},
        {"words": []},
        {"places": [{"image": "/app"}]},
        {"places": [{"image": "/app", "tree": "a", "release": True}]},
        {"unknown": 1},
    ],
)
def test_settings_that_say_nothing_clear_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BrandFile.model_validate({"words": ["Tiny"], "places": PLACES} | wrong)
