"""The records that flow between stages."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from scripts.lib import records
from scripts.lib.checkout import Checkout
from scripts.lib.errors import RecordMissing
from scripts.lib.records import GateResult, SmokeReport, Validation, Verdict, digest_of, identity

VALIDATION = Validation(inputs="abc", source="def", findings=())


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(root=tmp_path, product="tiny", cache=tmp_path / "cache")


def verdict(*states: str) -> Verdict:
    gates = [GateResult.model_validate({"gate": s, "state": s, "because": "", "evidence": ""}) for s in states]
    return Verdict(inputs="a", environment="test", version="1.0.0", images={}, gates=tuple(gates))


def test_a_record_comes_back_as_written(checkout: Checkout) -> None:
    records.write(checkout, VALIDATION)
    assert records.find(checkout, Validation) == VALIDATION
    assert records.need(checkout, Validation, made_by="validate") == VALIDATION


def test_writing_leaves_nothing_but_the_record(checkout: Checkout) -> None:
    records.write(checkout, VALIDATION)
    records.write(checkout, VALIDATION)
    assert [p.name for p in checkout.out.iterdir()] == ["validation.json"]


def test_a_record_is_named_after_what_it_is(checkout: Checkout) -> None:
    assert records.path_of(checkout, SmokeReport).name == "smoke-report.json"
    assert records.path_of(checkout, Verdict, "production").name == "verdict.production.json"


def test_two_environments_have_two_verdicts(checkout: Checkout) -> None:
    records.write(checkout, verdict("passed"), "dev")
    records.write(checkout, verdict("failed"), "production")
    found = [records.need(checkout, Verdict, "gate", name).passed for name in ("dev", "production")]
    assert found == [True, False]


def test_a_missing_record_names_its_file_and_the_task_that_makes_it(checkout: Checkout) -> None:
    with pytest.raises(RecordMissing) as caught:
        records.need(checkout, Validation, made_by="validate")
    assert caught.value.problems == ("the record out/tiny/validation.json is missing",)
    assert (caught.value.hint, caught.value.exit_code) == ("run: invoke validate", 3)


@pytest.mark.parametrize("text", ['{"inputs": "abc", "sou', "", "[]", '{"inputs": "abc"}'])
def test_a_half_written_record_is_none_and_is_told(checkout: Checkout, text: str) -> None:
    records.write(checkout, VALIDATION)
    records.path_of(checkout, Validation).write_text(text)
    assert records.find(checkout, Validation) is None
    with pytest.raises(RecordMissing, match=r"validation\.json is not readable as one"):
        records.need(checkout, Validation, made_by="validate")


def test_a_record_of_another_form_is_none(checkout: Checkout) -> None:
    records.write(checkout, VALIDATION)
    path = records.path_of(checkout, Validation)
    path.write_text(path.read_text().replace('"findings"', '"results"'))
    assert records.find(checkout, Validation) is None


def test_a_record_never_changes() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        VALIDATION.source = "other"  # type: ignore[misc]


def test_identity_follows_every_field() -> None:
    assert identity(VALIDATION) == identity(VALIDATION.model_copy())
    assert identity(VALIDATION) != identity(VALIDATION.model_copy(update={"inputs": "other"}))


def test_the_borders_between_parts_count() -> None:
    assert digest_of("ab", "c") != digest_of("a", "bc")
    assert digest_of("ab", b"c") == digest_of(b"ab", "c")
    assert len(digest_of()) == 64


@pytest.mark.parametrize(
    ("states", "passed"),
    [(["passed"], True), (["passed", "failed"], False), (["passed", "unknown"], False), ([], False)],
)
def test_unknown_never_passes_and_no_gate_is_no_verdict(states: list[str], passed: bool) -> None:
    assert verdict(*states).passed is passed
