"""Clean removes what stages left in the engine and on disk, and nothing that is somebody's."""

import argparse
import dataclasses
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import clean as stage
from scripts.lib import engine
from scripts.lib.settings.selection import Selection, select
from tests.integration.conftest import Program
from tests.tiny import make_checkout


@pytest.fixture
def selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Selection]:
    """A product with a name of its own, so that nothing of another test is removed."""
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    found = select("tiny", "test")
    name = f"graft-test-{secrets.token_hex(4)}"
    yield dataclasses.replace(found, checkout=dataclasses.replace(found.checkout, product=name))
    for container in engine.labelled("container", {"graft.product": name}):
        engine.remove(container)
    for volume in engine.labelled("volume", {"graft.product": name}):
        engine.remove_volume(volume)


def clean(selection: Selection, *, bases: bool = False) -> str:
    selection.checkout.out.mkdir(parents=True, exist_ok=True)
    return stage.clean(selection, argparse.Namespace(bases=bases)).says


def test_an_empty_checkout_has_nothing_to_remove(selection: Selection) -> None:
    assert clean(selection) == "nothing was there"


def test_folders_and_records_go_and_the_ledger_and_the_last_releases_stay(selection: Selection) -> None:
    out = selection.checkout.out
    (out / "workspace" / ".git").mkdir(parents=True)
    (out / "workspace" / ".git" / "pack").write_bytes(b"x" * 2_000_000)
    (out / "workspace" / "outside").symlink_to(selection.checkout.root / "compose")
    for name in ("tree.json", "ledger.jsonl", "lock"):
        (out / name).write_text("{}")
    (out / "released" / "dev").mkdir(parents=True)
    assert clean(selection) == "removed 1 file, 1 folder; up to 2 MB are free"
    assert sorted(path.name for path in out.iterdir()) == ["ledger.jsonl", "lock", "released"]
    assert (selection.checkout.root / "compose").is_dir()


def test_containers_networks_and_images_of_stages_go_and_what_people_run_stays(
    selection: Selection, image_of: Program
) -> None:
    checkout = selection.checkout
    ours = {"graft.product": checkout.product, "graft.checkout": checkout.mark, "graft.test": "1"}
    unused = image_of("print('a')", f"LABEL graft.product={checkout.product}", mark=checkout.mark)
    used = image_of("print('b')", f"LABEL graft.product={checkout.product}", mark=checkout.mark)
    left = engine.create(engine.Container(unused, ours | {"graft.run": "smoke"}))
    somebodys = engine.create(engine.Container(used, {"graft.test": "1"}))
    volume = engine.create_volume(ours)
    engine.create_network(f"{checkout.product}-net", ours, internal=True)
    says = clean(selection)
    assert says.startswith("removed 1 container, 1 network, 1 image; up to ")
    assert engine.state(left) is None
    assert engine.image_id(unused) is None
    assert engine.labelled("network", ours) == []
    assert engine.state(somebodys) is not None
    assert engine.image_id(used) is not None
    assert engine.labelled("volume", ours) == [volume]
