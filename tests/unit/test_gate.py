"""The stage gate: its verdict is written whatever it is, and every gate that did not pass is named."""

import argparse
from pathlib import Path

import pytest

from scripts.gate import gate
from scripts.lib import engine, records
from scripts.lib.checkout import Checkout
from scripts.lib.errors import GateRefused, RecordMissing
from scripts.lib.records import Record, Verdict
from scripts.lib.settings.selection import Selection
from tests.unit.lib.gates.known import environment, facts, report

NOTHING_GIVEN = argparse.Namespace()
KNOWN = facts()


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """A checkout in which everything before the gate was done, and an engine that has the image."""
    monkeypatch.setattr(engine, "held", lambda _, reference: reference)
    place = Checkout(root=tmp_path, product="acme", cache=tmp_path / "cache")
    made: list[Record | None] = [KNOWN.source, KNOWN.validation, KNOWN.tree, KNOWN.image, KNOWN.report]
    for record in made:
        if record:
            records.write(place, record)
    return Selection(place, KNOWN.product, tuple(KNOWN.steps), KNOWN.environment)


def verdict(chosen: Selection) -> Verdict:
    return records.need(chosen.checkout, Verdict, "gate", "test")


def test_a_verdict_names_the_images_and_is_up_to_date_the_second_time(chosen: Selection) -> None:
    assert not gate(chosen, NOTHING_GIVEN).up_to_date
    assert verdict(chosen).passed
    assert verdict(chosen).images == {name: built.image_id for name, built in KNOWN.image.images.items()}
    assert gate(chosen, NOTHING_GIVEN).up_to_date


def test_a_refusal_names_every_gate_that_did_not_pass_and_its_verdict_is_written(
    chosen: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "held", lambda *_: None)
    records.path_of(chosen.checkout, type(report())).unlink()
    unlawful = Selection(chosen.checkout, chosen.product, chosen.steps, environment({"basis": "none"}))
    with pytest.raises(GateRefused) as failure:
        gate(unlawful, NOTHING_GIVEN)
    assert [problem.split(":")[0] for problem in failure.value.problems] == [
        "build is failed",
        "runtime is unknown",
        "licence is failed",
    ]
    assert failure.value.hint == (
        "run: ENVIRONMENT=test invoke build; run: ENVIRONMENT=test invoke smoke; "
        "state the basis, where there is one, in compose/environments/test.yaml"
    )
    assert failure.value.exit_code == 20
    assert not verdict(chosen).passed


def test_without_an_image_there_is_nothing_to_judge(chosen: Selection) -> None:
    records.path_of(chosen.checkout, type(KNOWN.image)).unlink()
    with pytest.raises(RecordMissing, match=r"out/acme/image.json is missing"):
        gate(chosen, NOTHING_GIVEN)
