"""What build refuses before it makes anything."""

import argparse
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import build as stage
from scripts.lib import bases, capacity, engine, records
from scripts.lib.errors import ResourceMissing
from scripts.lib.records import FetchedSource, Image, Source, Tree
from scripts.lib.settings.selection import select
from tests.tiny import make_checkout

FETCHED = FetchedSource(kind="archive", version="1.0.0", resolved="1" * 64, address="a", fingerprint="f")


@pytest.mark.parametrize(("need", "told"), [("DISK", "of disk are free"), ("MEMORY", "of memory are free")])
def test_too_little_disk_or_memory_is_told_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, need: str, told: str
) -> None:
    memory = tmp_path / "meminfo"
    memory.write_text("MemAvailable:  8000000 kB\n")
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path / "checkout")))
    monkeypatch.setattr(capacity, "MEMORY", memory)
    monkeypatch.setattr(engine, "root_folder", lambda: str(tmp_path))
    monkeypatch.setattr(bases, "find", lambda *_: None)
    monkeypatch.setattr(engine, "image_id", lambda _: None)
    monkeypatch.setattr(stage._Build, "require_tree", lambda _: None)
    monkeypatch.setattr(stage, need, 10**18)
    selection = select("tiny", "test")
    place = selection.checkout
    records.write(place, Tree(inputs="i", source="s", customization="1", tree="d" * 40, steps=(), verified=True))
    both = {"upstream": FETCHED, "release": FETCHED}
    source = Source(inputs="i", version="1.0.0", sources=both, licence=None, base="c", points={})
    records.write(place, source)
    before = set(place.out.rglob("*"))
    with pytest.raises(ResourceMissing, match=told):
        stage.build(selection, argparse.Namespace())
    assert records.find(place, Image) is None
    assert set(place.out.rglob("*")) == before


def test_the_disk_of_all_images_together_and_the_memory_of_the_largest_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path / "checkout")))
    asked: list[tuple[int, int, str]] = []
    monkeypatch.setattr(stage._Build, "_require", lambda _, disk, memory, hint: asked.append((disk, memory, hint)))
    monkeypatch.setattr(stage._Build, "_image", lambda *_: None)
    selection = select("tiny", "test")
    app = selection.product.images["tiny-app"].model_copy(update={"release": None})
    product = selection.product.model_copy(update={"images": {"tiny-app": app, "worker": app}, "release": None})
    records.write(
        selection.checkout, Tree(inputs="i", source="s", customization="1", tree="d" * 40, steps=(), verified=True)
    )
    records.write(
        selection.checkout,
        Source(inputs="i", version="1.0.0", sources={"upstream": FETCHED}, licence=None, base="c", points={}),
    )
    stage._Build(replace(selection, product=product)).images()
    assert asked == [(200_000_000, 100_000_000, capacity.HINT)]
