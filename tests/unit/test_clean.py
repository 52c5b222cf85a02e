"""What clean takes and leaves, as it asks the engine."""

import argparse
import os
from pathlib import Path

import pytest

from scripts import clean as stage
from scripts.lib import engine, records
from scripts.lib.errors import CommandFailed
from scripts.lib.records import BuiltImage, Image, PublishedImage, Release
from scripts.lib.release import unpacked
from scripts.lib.settings.selection import Selection, select
from tests.tiny import make_checkout

DIGEST = f"sha256:{'0' * 64}"
OTHERS = "graft/tiny/app:1-0a1b2c3d"
"""Made by another checkout of the same product."""


@pytest.fixture
def selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    monkeypatch.setenv("CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(engine, "labelled", lambda *_: [])
    monkeypatch.setattr(engine, "image_size", lambda _: 5_000_000)
    monkeypatch.setattr(engine, "unnamed", lambda _: [])
    found = select("tiny", "test")
    images = {
        "graft.product": [*ours(found), OTHERS],
        "graft.base": ["graft/base:bookworm-1", "graft/other/app:1"],
    }
    monkeypatch.setattr(engine, "images", lambda labels: images[next(iter(labels))])
    found.checkout.out.mkdir(parents=True)
    return found


def ours(selection: Selection) -> list[str]:
    return [f"graft/tiny/app:{tree}-{selection.checkout.mark}" for tree in (1, 2)]


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(engine, "remove_image", names.append)
    return names


def test_bases_and_what_another_checkout_made_stay(selection: Selection, removed: list[str]) -> None:
    done = stage.clean(selection, argparse.Namespace(bases=False))
    assert removed == ours(selection)
    assert done.says == "removed 2 images; up to 10 MB are free"


def test_of_the_unpacked_releases_in_the_cache_the_two_that_were_used_last_stay(
    selection: Selection, removed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2, 3):
        place = unpacked.folder(selection.checkout.cache) / f"release-{number}"
        place.mkdir(parents=True)
        (place / "content").write_text("x" * 2_000)
        os.utime(place, (number, number))
    done = stage.clean(selection, argparse.Namespace(bases=False))
    assert "removed unpacked release release-1, 2 kB" in capsys.readouterr().err
    assert done.says.startswith("removed 1 unpacked release, 2 images")
    assert removed == ours(selection)


def test_images_that_lost_their_name_go_too(
    selection: Selection, removed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "unnamed", lambda labels: ["sha256:1"] if labels == {"graft.product": "tiny"} else [])
    stage.clean(selection, argparse.Namespace(bases=False))
    assert removed == [*ours(selection), "sha256:1"]


def test_bases_go_when_told_and_other_products_images_made_from_them_stay(
    selection: Selection, removed: list[str]
) -> None:
    stage.clean(selection, argparse.Namespace(bases=True))
    assert removed == [*ours(selection), "graft/base:bookworm-1"]


def test_what_a_registry_gave_back_by_digest_goes_too_where_the_engine_still_has_it(
    selection: Selection, removed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    built = BuiltImage(reference="a", image_id=DIGEST, size=1, seconds=1, strategy="release", bases={})
    staged, gone, published = (f"r.example/{name}@{DIGEST}" for name in ("staged", "gone", "published"))
    images = {name: built.model_copy(update={"staged": name}) for name in (staged, gone)}
    image = PublishedImage(registry="r.example", repository="published", image_id=DIGEST, digest=DIGEST, tags=())
    checkout = selection.checkout
    records.write(checkout, Image(inputs="i", tree="t", version="1.0.0", images=images))
    records.write(
        checkout, Release(inputs="i", environment="test", version="1.0.0", verdict="v", images={"app": image}), "test"
    )
    monkeypatch.setattr(engine, "image_id", lambda name: None if name == gone else "sha256:a")
    stage.clean(selection, argparse.Namespace(bases=False))
    assert removed == [*ours(selection), staged, published]


def test_an_image_in_use_stays_and_that_is_said(
    selection: Selection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def in_use(name: str) -> None:
        raise CommandFailed(f"remove image {name}: a container uses it", hint="")

    monkeypatch.setattr(engine, "remove_image", in_use)
    assert stage.clean(selection, argparse.Namespace(bases=False)).says == "nothing was there"
    (first, _) = ours(selection)
    assert f"kept image {first}: remove image {first}: a container uses it" in capsys.readouterr().err
