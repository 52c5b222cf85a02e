"""What a report says of the records that are there."""

from datetime import timedelta
from typing import Any

import pytest

from scripts.lib import ledger, records
from scripts.lib.records import Finding, Image, Leak, SmokeReport, Source, Tree, Validation, Verdict
from scripts.lib.report import customizations, found, model
from scripts.lib.report.model import Report
from scripts.lib.report.words import percentage
from scripts.lib.settings.selection import Selection
from tests.told import ID, NOW, Told
from tests.unit.lib.report.conftest import Telling

LEAK = Leak(surface="backend", place="env.py:3", word="Tiny", excerpt='"Tiny"')


def looked_at(selection: Selection) -> Report:
    return model.of(found.gather(selection, NOW))


def change(selection: Selection, kind: type[records.Record], environment: str | None = None, **changes: Any) -> None:
    record = records.need(selection.checkout, kind, "", environment)
    records.write(selection.checkout, record.model_copy(update=changes), environment)


def state_of(report: Report, step: str) -> tuple[str, str]:
    return next((one.mark, one.state) for one in report.customizations if one.step.id == step)


def test_a_whole_line_is_proven_and_published(telling: Telling) -> None:
    report = telling(Told())
    assert (report.mark, report.headline) == ("good", "Proven, and published for test")
    assert (report.problems, report.missing) == ([], [])
    assert {one.state for one in report.customizations} == {"proven"}
    assert {tile.label: tile.mark for tile in report.tiles} == dict.fromkeys(
        ["Customizations", "Checks", "Brand", "Image", "Line"], "good"
    )


def test_a_failed_check_is_told_with_its_step(telling: Telling) -> None:
    report = telling(Told(failed=frozenset({"title"})))
    assert (report.mark, report.headline) == ("bad", "Refused: 2 problems")
    assert report.problems == [
        "title: /: is 'Acme (Tiny)' instead of 'Acme'",
        "title: tab title: the tab shows 'Acme (Tiny)'",
    ]
    assert state_of(report, "title") == ("bad", "2 of 2 checks failed")
    assert state_of(report, "name") == ("good", "proven")


def test_a_leak_that_nobody_allowed_is_a_problem_and_an_allowed_one_is_none(telling: Telling) -> None:
    report = telling(Told(leaks=(LEAK,)))
    assert report.problems == ["brand: 'Tiny' in env.py:3 (backend): \"Tiny\""]
    brand = next(tile for tile in report.tiles if tile.label == "Brand")
    assert (brand.value, brand.note, brand.mark) == ("99.7 %", "1 leak that nobody allowed", "bad")


def test_of_an_empty_checkout_everything_is_said_to_be_missing(selection: Selection) -> None:
    report = looked_at(selection)
    assert (report.mark, report.headline) == ("open", "Not finished: fetch comes next")
    assert len(report.missing) == 7
    assert report.missing[0] == "There is no record of fetch yet: invoke fetch makes it."
    assert {one.state for one in report.customizations} == {"not looked at yet"}
    assert [one.mark for one in report.judged] == ["open"]


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (SmokeReport, {"images": {"tiny-app": "sha256:0"}}),
        (Image, {"tree": "0" * 40}),
        (Tree, {"inputs": "other", "source": "of another"}),
        (Source, {"version": "2.0.0"}),
    ],
)
def test_what_is_about_another_run_counts_as_missing(
    telling: Telling, selection: Selection, kind: type[records.Record], changes: dict[str, Any]
) -> None:
    telling(Told())
    change(selection, kind, **changes)
    report = looked_at(selection)
    assert report.mark == "open"
    assert report.found.smoke is None
    assert report.scenes == []
    assert {one.checks for one in report.customizations} == {()}
    assert any("is out of date" in one for one in report.missing)


def test_a_part_that_was_not_looked_at_is_said(telling: Telling) -> None:
    report = telling(Told(parts=("proofs",)))
    assert report.missing == [
        "Smoke did not look at branding (no gate asks for it in test).",
        "Smoke did not look at functions (no gate asks for it in test).",
    ]


def test_pages_without_the_untouched_upstream_beside_them_are_counted(telling: Telling, selection: Selection) -> None:
    shots = telling(Told()).found.smoke
    assert shots
    bare = tuple(shot.model_copy(update={"vanilla": None}) for shot in shots.shots[:1]) + shots.shots[1:]
    change(selection, SmokeReport, shots=bare)
    assert looked_at(selection).missing == [
        f"1 of {len(bare)} pictures have none of the untouched upstream beside them."
    ]


def test_a_step_that_does_not_fit_is_told_before_anything_else(telling: Telling, selection: Selection) -> None:
    telling(Told())
    misfit = Finding(step="title", status="gone", message="src/app.html:1: <title>\nnearest: <titel>")
    change(selection, Validation, findings=(misfit,))
    report = looked_at(selection)
    assert report.problems[0] == "title does not fit, gone: src/app.html:1: <title>"


def test_a_step_for_other_versions_is_no_lack(telling: Telling, selection: Selection) -> None:
    telling(Told(parts=("proofs",)))
    change(selection, Validation, findings=(Finding(step="advert", status="not-applicable"),))
    change(selection, SmokeReport, checks={})
    report = looked_at(selection)
    assert state_of(report, "advert") == ("aside", "not for this version")
    assert report.tiles[0].value == "0 of 8"


def test_a_step_that_was_taken_back_is_a_problem(telling: Telling, selection: Selection) -> None:
    telling(Told(parts=("proofs",)))
    change(selection, Tree, undone=("advert",))
    change(selection, SmokeReport, checks={})
    report = looked_at(selection)
    assert "advert is undone" in report.problems
    assert state_of(report, "advert") == ("bad", "undone")


def test_a_stage_that_failed_and_left_no_record_says_why(selection: Selection) -> None:
    entry = ledger.Entry(
        stage="fetch",
        product="tiny",
        environment="test",
        started=NOW,
        seconds=2,
        outcome="failed",
        exit_code=10,
        says="the index cannot be asked",
    )
    ledger.append(selection.checkout, entry)
    assert looked_at(selection).problems == ["fetch failed: the index cannot be asked"]
    ledger.append(selection.checkout, entry.model_copy(update={"outcome": "done", "started": NOW + timedelta(1)}))
    assert looked_at(selection).problems == []


def test_a_refusal_for_another_environment_is_no_problem_of_this_one(telling: Telling, selection: Selection) -> None:
    telling(Told())
    verdict = records.need(selection.checkout, Verdict, "", "test")
    refused = verdict.gates[0].model_copy(update={"state": "failed", "because": "no basis"})
    (selection.checkout.environments / "production.yaml").write_text("")
    other = verdict.model_copy(update={"environment": "production", "gates": (refused,)})
    records.write(selection.checkout, other, "production")
    report = looked_at(selection)
    assert report.mark == "good"
    assert {one.environment: one.mark for one in report.judged} == {"production": "bad", "test": "good"}


def test_a_gate_that_says_more_than_smoke_did_is_told_too(telling: Telling, selection: Selection) -> None:
    telling(Told())
    verdict = records.need(selection.checkout, Verdict, "", "test")
    refused = verdict.gates[0].model_copy(update={"gate": "licence", "state": "unknown", "because": "nobody read it"})
    change(selection, Verdict, "test", gates=(refused,))
    assert looked_at(selection).problems == ["licence is unknown: nobody read it"]


def test_pictures_of_the_release_before_stand_beside_their_page(telling: Telling) -> None:
    scenes = telling(Told()).scenes
    assert [scene.page for scene in scenes] == ["login", "about"]
    without = [(scene.page, view.words) for scene in scenes for view in scene.views if not view.before]
    assert without == [("login", "pt-PT, light, desktop"), ("about", "en-US, dark, phone")]
    assert [len(scenes[0].first), len(scenes[0].others)] == [4, 1]


def test_timings_are_of_the_last_run_that_did_something(telling: Telling, selection: Selection) -> None:
    first = telling(Told())
    ledger.append(
        selection.checkout,
        first.timings[0].entry.model_copy(update={"outcome": "up-to-date", "seconds": 0.01}),
    )
    report = looked_at(selection)
    assert [one.entry.stage for one in report.timings] == [link.stage for link in report.found.links]
    assert report.seconds == pytest.approx(sum(Told().seconds.values()))
    assert max(one.share for one in report.timings) == 1


def test_a_failed_publish_for_another_environment_is_none_of_this_one(selection: Selection) -> None:
    failed = ledger.Entry(
        stage="publish",
        product="tiny",
        environment="production",
        started=NOW,
        seconds=2,
        outcome="failed",
        exit_code=10,
        says="the registry cannot be asked",
    )
    ledger.append(selection.checkout, failed)
    assert looked_at(selection).problems == []
    ledger.append(selection.checkout, failed.model_copy(update={"environment": "test"}))
    assert looked_at(selection).problems == ["publish failed: the registry cannot be asked"]


def test_an_image_knows_where_it_is_and_what_was_before(telling: Telling) -> None:
    (image,) = telling(Told()).images
    assert image.built.image_id == ID
    assert image.published
    assert image.size_before == 815_000_000
    assert image.seconds_to_healthy == 8.1


@pytest.mark.parametrize(("value", "words"), [(100.0, "100 %"), (99.98, "99.9 %"), (0.0, "0 %"), (33.333, "33.3 %")])
def test_what_is_not_whole_is_never_rounded_to_a_hundred(value: float, words: str) -> None:
    assert percentage(value) == words


def test_a_long_diff_is_shown_from_its_beginning() -> None:
    lines = ["diff --git a/x b/x", "index 1..2", "--- a/x", "+++ b/x", "@@ -1 +1 @@", *["+" + "y" * 900] * 60]
    diff = customizations._beginning("\n".join(lines))
    assert diff.lines[:2] == ("+++ b/x", "@@ -1 +1 @@")
    assert len(diff.lines) == customizations.DIFF_LINES
    assert diff.more == 62 - customizations.DIFF_LINES
    assert {len(line) for line in diff.lines[2:]} == {customizations.WIDEST + 1}
