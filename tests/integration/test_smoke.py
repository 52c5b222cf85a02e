"""The stage smoke with a real container: what is wrong is told, the log is kept, nothing else is left."""

import argparse
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from scripts.lib import engine, records, workspace
from scripts.lib.checkout import Checkout
from scripts.lib.errors import CommandFailed, GateRefused, RecordMissing
from scripts.lib.records import AppliedStep, BuiltImage, FetchedSource, Image, SmokeReport, Source, Tree
from scripts.lib.settings.environment import Environment
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import Selection
from scripts.lib.settings.steps import Step
from scripts.smoke import smoke
from tests.integration.conftest import SERVER, Program
from tests.tiny import TINY

OURS = {"graft.product": "tiny", "graft.run": "smoke"}
KINDS: tuple[engine.Kind, ...] = ("container", "network", "volume")
NOTHING_GIVEN = argparse.Namespace()


def step(id: str, **proof: Any) -> Step:
    given = {"id": id, "kind": "prune", "why": "a test", "path": "x", "proofs": [{"layer": "http", **proof}]}
    checked: Step = TypeAdapter(Step).validate_python(given)
    return checked


STEPS = (
    step("name", get="/api/config", json_path="name", equals="Acme"),
    step("page", get="/", contains="<title>Acme"),
    step("logo", get="/logo.png", same_as="logo.png"),
)


def selection(folder: Path, image: str, steps: tuple[Step, ...] = STEPS[:2]) -> Selection:
    """A checkout in which everything up to the image was done."""
    (folder / "tree").mkdir(parents=True)
    (folder / "tree/logo.png").write_bytes(b"ours")
    place = Checkout(root=folder, product="tiny", cache=folder / "cache")
    commit = workspace.create(place.workspace, folder / "tree")
    fetched = FetchedSource(kind="path", version="1.0.0", resolved="r", address="a", fingerprint="f")
    source = Source(inputs="", version="1.0.0", sources={"upstream": fetched}, licence="l", base=commit, points={})
    tree = Tree(
        inputs="",
        source=records.identity(source),
        customization="1.0",
        tree=workspace.tree_of(place.workspace, commit),
        steps=tuple(AppliedStep(step=s.id, checkpoint=commit, files=(), matches=1) for s in steps),
        verified=True,
    )
    built = BuiltImage(
        reference=image, image_id=str(engine.image_id(image)), size=1, seconds=1, strategy="release", bases={}
    )
    for record in (source, tree, Image(inputs="", tree=tree.tree, version="1.0.0", images={"tiny-app": built})):
        records.write(place, record)
    product = load(TINY / "checkout/customizations/tiny/product.yaml", Product)
    bare = {name: settings.model_copy(update={"proofs": ()}) for name, settings in product.images.items()}
    environment = load(TINY / "checkout/compose/environments/test.yaml", Environment)
    return Selection(
        checkout=place, product=product.model_copy(update={"images": bare}), steps=steps, environment=environment
    )


def left() -> list[str]:
    return [one for kind in KINDS for one in engine.labelled(kind, OURS)]


def test_every_step_is_proven_and_a_second_run_has_nothing_to_do(tiny_image: str, tmp_path: Path) -> None:
    chosen = selection(tmp_path, tiny_image)
    assert "4 checks passed, 2 steps proven, tiny-app healthy after" in smoke(chosen, NOTHING_GIVEN).says
    report = records.need(chosen.checkout, SmokeReport, "smoke")
    assert report.images == {"tiny-app": engine.image_id(tiny_image)}
    assert [c.step for c in report.checks["tiny-app"]] == [None, None, "name", "page"]
    assert smoke(chosen, NOTHING_GIVEN).up_to_date
    assert left() == []


def test_an_answer_with_the_wrong_name_is_refused_with_all_that_is_wrong(image_of: Program, tmp_path: Path) -> None:
    chosen = selection(tmp_path, image_of(SERVER.replace('"Acme"', '"Tiny"')), STEPS)
    with pytest.raises(GateRefused) as failure:
        smoke(chosen, NOTHING_GIVEN)
    name, logo = failure.value.problems
    assert name == "name: /api/config name: GET /api/config: name is 'Tiny' instead of 'Acme'"
    assert logo.startswith("logo: /logo.png logo.png: 34 bytes, sha256 ")
    assert logo.endswith("GET /logo.png answered 200 text/html: <!doctype html><title>Acme</title>")
    report = records.need(chosen.checkout, SmokeReport, "smoke")
    assert [c.passed for c in report.checks["tiny-app"]] == [True, True, False, True, False]
    assert "the secret is" in (chosen.checkout.out / "logs/smoke-tiny-app.log").read_text()
    assert left() == []


def test_a_container_that_does_not_start_leaves_a_report_that_says_so(image_of: Program, tmp_path: Path) -> None:
    chosen = selection(tmp_path, image_of("raise SystemExit('no database')"))
    with pytest.raises(CommandFailed, match="ended with exit code 1"):
        smoke(chosen, NOTHING_GIVEN)
    report = records.need(chosen.checkout, SmokeReport, "smoke")
    assert report.problems == ["image: starts: the container ended with exit code 1 before it was healthy"]
    assert left() == []


def test_an_image_that_the_engine_no_longer_has_is_told(image_of: Program, tmp_path: Path) -> None:
    image = image_of("pass")
    chosen = selection(tmp_path, image)
    engine.remove_image(image)
    with pytest.raises(RecordMissing, match=f"the engine has no {image} with ID sha256:"):
        smoke(chosen, NOTHING_GIVEN)
