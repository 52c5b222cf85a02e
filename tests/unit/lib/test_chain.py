"""How far the line is: every record present, stale or missing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import chain, customization, engine, gates, proving, records
from scripts.lib.errors import ResourceMissing
from scripts.lib.records import (
    BuiltImage,
    Check,
    FetchedSource,
    Finding,
    GateResult,
    Image,
    PublishedImage,
    Record,
    Release,
    SmokeReport,
    Source,
    Tree,
    Validation,
    Verdict,
    identity,
)
from scripts.lib.settings.environment import SmallDeployment
from scripts.lib.settings.images import Limits
from scripts.lib.settings.selection import Selection, select
from tests.tiny import make_checkout

SHA = "1" * 64
ID, OTHER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
LOCK = f"sources: {{upstream: {{kind: archive, version: 1.0.0, resolved: '{SHA}', address: tiny.tar.gz}}}}\n"
FETCHED = FetchedSource(kind="archive", version="1.0.0", resolved=SHA, address="tiny.tar.gz", fingerprint="f")
SOURCE = Source(inputs="i", version="1.0.0", sources={"upstream": FETCHED}, licence=None, base="c", points={})
BUILT = BuiltImage(reference="graft/tiny:1", image_id=ID, size=5_000_000, seconds=1, strategy="release", bases={})
SEEN = Check(name="name", step="one", layer="http", passed=True, evidence="Tiny")
PASSED = GateResult(gate="build", state="passed", because="", evidence="")
PUBLISHED = PublishedImage(registry="localhost:5000", repository="tiny", image_id=ID, digest=OTHER, tags=("v1",))


@pytest.fixture
def selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """A checkout in which the whole line has run, and an engine that has the image."""
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    monkeypatch.setattr(engine, "held", lambda _, reference: reference)
    chosen = select("tiny", "test")
    chosen.checkout.lock_file.write_text(LOCK)
    for record in line(chosen):
        write(chosen, record)
    return chosen


def line(chosen: Selection) -> tuple[Record, ...]:
    under = customization.inputs(chosen, SOURCE)
    tree = Tree(inputs=under, source=identity(SOURCE), customization="1.0", tree="d" * 40, steps=(), verified=True)
    image = Image(inputs="i", tree=tree.tree, version="1.0.0", images={"tiny": BUILT})
    settings = (chosen.product, chosen.every_step, chosen.environment)
    report = SmokeReport(
        inputs=proving.inputs(*settings, tree, image, proving.files(chosen.checkout, chosen.product)),
        environment="test",
        images={"tiny": ID},
        checks={"tiny": (SEEN,)},
        seconds_to_healthy={},
    )
    verdict = Verdict(
        inputs=gates.inputs(*settings, (PASSED,)),
        environment="test",
        version="1.0.0",
        images={"tiny": ID},
        gates=(PASSED,),
    )
    validation = Validation(inputs=under, source=identity(SOURCE), findings=(Finding(step="one", status="ok"),))
    release = Release(
        inputs="i", environment="test", version="1.0.0", verdict=identity(verdict), images={"tiny": PUBLISHED}
    )
    return SOURCE, validation, tree, image, report, verdict, release


def write(chosen: Selection, record: Record) -> None:
    records.write(chosen.checkout, record, "test" if isinstance(record, Verdict | Release) else None)


def states(chosen: Selection) -> str:
    """The first letter of every stage's state."""
    return "".join(link.state[0] for link in chain.look(chosen))


def test_a_whole_line_is_up_to_date(selection: Selection) -> None:
    assert states(selection) == "ooooooo"


def test_what_the_records_hold_is_said(selection: Selection) -> None:
    assert [link.says for link in chain.look(selection)] == [
        "1.0.0 from tiny.tar.gz",
        "1 steps fit",
        "tree dddddddddddd, 0 steps",
        "tiny aaaaaaaaaaaa 5 MB",
        "1 checks",
        "build",
        "tiny:v1",
    ]


def test_an_empty_checkout_has_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    assert states(select("tiny", "test")) == "m" * 7


def test_another_environment_has_a_verdict_and_a_release_of_its_own(selection: Selection) -> None:
    production = selection.environment.model_copy(update={"environment": "production"})
    assert states(replace(selection, environment=production)) == "ooooomm"


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        (Source, {"base": "other"}, "ossssss"),
        (Tree, {"tree": "e" * 40}, "ooossss"),
        (Tree, {"inputs": "other"}, "oosssss"),
        (Image, {"images": {"tiny": BUILT.model_copy(update={"image_id": OTHER})}}, "oooosss"),
        (Verdict, {"inputs": "other"}, "oooooss"),
        (Tree, {"verified": False}, "oorssss"),
        (Validation, {"findings": (Finding(step="one", status="gone"),)}, "orsssss"),
        (SmokeReport, {"checks": {"tiny": (SEEN.model_copy(update={"passed": False}),)}}, "oooorss"),
        (Verdict, {"gates": (PASSED.model_copy(update={"state": "failed"}),)}, "oooooss"),
    ],
)
def test_what_follows_a_change_is_out_of_date(
    selection: Selection, kind: type[Record], changes: dict[str, Any], expected: str
) -> None:
    before = records.need(selection.checkout, kind, "", "test" if kind is Verdict else None)
    write(selection, before.model_copy(update=changes))
    assert states(selection) == expected


def test_a_gate_that_refused_is_said(selection: Selection) -> None:
    refused = (PASSED.model_copy(update={"state": "unknown"}),)
    under = gates.inputs(selection.product, selection.every_step, selection.environment, refused)
    before = records.need(selection.checkout, Verdict, "", "test")
    write(selection, before.model_copy(update={"gates": refused, "inputs": under}))
    assert states(selection) == "ooooors"


@pytest.mark.parametrize("name", ["steps.yaml", "overlay/terms.txt", "brand/texts.yaml"])
def test_changed_customizations_are_to_be_validated(selection: Selection, name: str) -> None:
    with (selection.checkout.customizations / name).open("a") as file:
        file.write("# more\n")
    assert states(selection) == "ossssss"


def test_other_limits_ask_for_proof_again(selection: Selection) -> None:
    tighter = selection.environment.model_copy(update={"limits": Limits(memory="1g")})
    assert states(replace(selection, environment=tighter)) == "oooosss"


def test_another_basis_asks_for_a_verdict_again(selection: Selection) -> None:
    basis = SmallDeployment(basis="small-deployment", end_users=5)
    other = selection.environment.model_copy(update={"licence": basis})
    assert states(replace(selection, environment=other)) == "oooooss"


def test_an_image_that_the_engine_lost_is_out_of_date(selection: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "held", lambda *_: None)
    assert states(selection) == "ooossss"


def test_an_engine_that_cannot_be_asked_says_nothing(selection: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: str) -> None:
        raise ResourceMissing("Docker is not running", hint="start it")

    monkeypatch.setattr(engine, "held", down)
    assert states(selection) == "ooooooo"


@pytest.mark.parametrize("lock", [LOCK.replace(SHA, "2" * 64), "sources: [", None])
def test_a_source_that_is_not_the_locked_one_is_out_of_date(selection: Selection, lock: str | None) -> None:
    selection.checkout.lock_file.unlink() if lock is None else selection.checkout.lock_file.write_text(lock)
    assert states(selection) == "sssssss"


def test_a_half_written_record_is_missing_and_said_to_be_unreadable(selection: Selection) -> None:
    records.path_of(selection.checkout, Image).write_text('{"inputs": "i", "tr')
    found = chain.look(selection)[3]
    assert (found.state, found.says) == ("missing", "not readable")
    assert states(selection) == "ooomsss"
