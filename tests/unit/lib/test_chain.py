"""How far the line is: every record present, stale or missing."""

from pathlib import Path

import pytest

from scripts.lib import chain, records
from scripts.lib.checkout import Checkout
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

SHA = "1" * 64
ID, OTHER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
LOCK = f"sources: {{upstream: {{kind: archive, version: 1.0.0, resolved: '{SHA}', address: tiny.tar.gz}}}}\n"
FETCHED = FetchedSource(kind="archive", version="1.0.0", resolved=SHA, address="tiny.tar.gz", fingerprint="f")
SOURCE = Source(inputs="i", version="1.0.0", sources={"upstream": FETCHED}, licence=None, base="c", points={})
VALIDATION = Validation(inputs="i", source=identity(SOURCE), findings=(Finding(step="one", status="ok"),))
TREE = Tree(inputs="i", source=identity(SOURCE), customization="1.0", tree="d" * 40, steps=(), verified=True)
BUILT = BuiltImage(reference="graft/tiny:1", image_id=ID, size=5_000_000, seconds=1, strategy="release", bases={})
IMAGE = Image(inputs="i", tree=TREE.tree, version="1.0.0", images={"tiny": BUILT})
SEEN = Check(name="name", step="one", layer="http", passed=True, evidence="Tiny")
SMOKE = SmokeReport(
    inputs="i", environment="test", images={"tiny": ID}, checks={"tiny": (SEEN,)}, seconds_to_healthy={}
)
PASSED = GateResult(gate="build", state="passed", because="", evidence="")
VERDICT = Verdict(inputs="i", environment="test", version="1.0.0", images={"tiny": ID}, gates=(PASSED,))
PUBLISHED = PublishedImage(registry="localhost:5000", repository="tiny", image_id=ID, digest=OTHER, tags=("v1",))
RELEASE = Release(
    inputs="i", environment="test", version="1.0.0", verdict=identity(VERDICT), images={"tiny": PUBLISHED}
)
LINE: tuple[Record, ...] = (SOURCE, VALIDATION, TREE, IMAGE, SMOKE, VERDICT, RELEASE)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    place = Checkout(root=tmp_path, product="tiny", cache=tmp_path / "cache")
    place.customizations.mkdir(parents=True)
    place.lock_file.write_text(LOCK)
    for record in LINE:
        write(place, record)
    return place


def write(place: Checkout, record: Record) -> None:
    records.write(place, record, "test" if isinstance(record, Verdict | Release) else None)


def states(place: Checkout) -> str:
    """The first letter of every stage's state."""
    return "".join(link.state[0] for link in chain.look(place, "test"))


def test_a_whole_line_is_up_to_date(checkout: Checkout) -> None:
    assert states(checkout) == "ooooooo"


def test_what_the_records_hold_is_said(checkout: Checkout) -> None:
    assert [link.says for link in chain.look(checkout, "test")] == [
        "1.0.0 from tiny.tar.gz",
        "1 steps fit",
        "tree dddddddddddd, 0 steps",
        "tiny aaaaaaaaaaaa 5 MB",
        "1 checks",
        "build",
        "tiny:v1",
    ]


def test_an_empty_checkout_has_nothing(tmp_path: Path) -> None:
    assert states(Checkout(root=tmp_path, product="tiny", cache=tmp_path)) == "m" * 7


def test_another_environment_has_a_verdict_and_a_release_of_its_own(checkout: Checkout) -> None:
    assert "".join(link.state[0] for link in chain.look(checkout, "production")) == "ooooomm"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (SOURCE.model_copy(update={"base": "other"}), "ossssss"),
        (TREE.model_copy(update={"tree": "e" * 40}), "ooossss"),
        (TREE.model_copy(update={"source": "other"}), "oosssss"),
        (IMAGE.model_copy(update={"images": {"tiny": BUILT.model_copy(update={"image_id": OTHER})}}), "oooosss"),
        (VERDICT.model_copy(update={"inputs": "other"}), "oooooos"),
        (TREE.model_copy(update={"verified": False}), "oorssss"),
        (VALIDATION.model_copy(update={"findings": (Finding(step="one", status="gone"),)}), "orsssss"),
        (SMOKE.model_copy(update={"checks": {"tiny": (SEEN.model_copy(update={"passed": False}),)}}), "oooorss"),
        (VERDICT.model_copy(update={"gates": (PASSED.model_copy(update={"state": "unknown"}),)}), "ooooors"),
    ],
)
def test_what_follows_a_change_is_out_of_date(checkout: Checkout, changed: Record, expected: str) -> None:
    write(checkout, changed)
    assert states(checkout) == expected


@pytest.mark.parametrize("lock", [LOCK.replace(SHA, "2" * 64), "sources: [", None])
def test_a_source_that_is_not_the_locked_one_is_out_of_date(checkout: Checkout, lock: str | None) -> None:
    checkout.lock_file.unlink() if lock is None else checkout.lock_file.write_text(lock)
    assert states(checkout) == "sssssss"


def test_a_half_written_record_is_missing_and_said_to_be_unreadable(checkout: Checkout) -> None:
    records.path_of(checkout, Image).write_text('{"inputs": "i", "tr')
    found = chain.look(checkout, "test")[3]
    assert (found.state, found.says) == ("missing", "not readable")
    assert states(checkout) == "ooomsss"
