"""The untouched upstream as an image, beside the customized one."""

import sys
from collections.abc import Iterator

import pytest

from scripts.lib import engine, records, vanilla
from scripts.lib.errors import ResourceMissing
from scripts.lib.records import BuiltImage, Source
from scripts.lib.settings.selection import Selection, select
from tests.integration.test_line import Line, a_line, edit

PAGE = "/app/build/index.html"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, base_image: str) -> Iterator[Line]:
    """A line with a built image; the tests of this file go on from there, in their order."""
    with a_line(tmp_path_factory.mktemp("vanilla")) as line:
        for stage in ("fetch", "validate", "customize", "build"):
            line.stage(stage)
        yield line


@pytest.fixture
def selection(built: Line, monkeypatch: pytest.MonkeyPatch) -> Selection:
    for name in ("CHECKOUT", "CACHE", "PRODUCT", "ENVIRONMENT"):
        monkeypatch.setenv(name, built.variables[name])
    return select(None, None)


def ensure(selection: Selection) -> BuiltImage:
    return vanilla.ensure(selection, records.need(selection.checkout, Source, "fetch"), "tiny-app")


def test_no_step_shows_in_it(built: Line, selection: Selection) -> None:
    image = ensure(selection)
    found = engine.read_files(image.image_id, [PAGE, "/app/build/static/advert.txt"], {"graft.test": "1"})
    assert b"<title>Tiny</title>" in (found[PAGE] or b"")
    assert found["/app/build/static/advert.txt"] == b"Buy Tiny Plus!\n"
    customized = built.record("image")["images"]["tiny-app"]["image_id"]
    assert b"<title>Acme</title>" in (engine.read_files(customized, [PAGE], {"graft.test": "1"})[PAGE] or b"")


def test_it_is_built_once(selection: Selection) -> None:
    first = ensure(selection)
    assert ensure(selection).image_id == first.image_id
    assert engine.images({"graft.product": selection.product.product, vanilla.LABEL: ""}) == [first.reference]


def counterproofs(line: Line, code: int = 0) -> str:
    """Run the session's command on a line and return what it said."""
    return line.run(sys.executable, "-m", "pytest", "-q", "smoke/test_counterproofs.py", code=code).stdout


def test_every_proof_fails_there(built: Line) -> None:
    assert "passed" in counterproofs(built)


def test_a_proof_that_holds_there_too_is_told_with_its_step(built: Line) -> None:
    steps = built.customizations / "steps.yaml"
    good = steps.read_text()
    edit(steps, "contains: <title>Acme</title>", "contains: <title>")
    said = counterproofs(built, code=1)
    assert "1 failed" in said
    assert "title: / <title>, on the untouched upstream: holds without the step, so it proves nothing" in said
    edit(steps, "contains: <title> }", 'contains: <title>, also_upstream: "Every page has a title." }')
    assert "passed" in counterproofs(built)
    steps.write_text(good)


def test_a_new_build_keeps_it_and_a_new_way_of_building_replaces_it(built: Line, selection: Selection) -> None:
    before = ensure(selection)
    dockerfile = built.customizations / "release/Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "# changed\n")
    built.stage("build")
    assert engine.image_id(before.reference) == before.image_id
    after = ensure(selection)
    assert after.reference != before.reference
    assert engine.images({"graft.product": built.product, vanilla.LABEL: ""}) == [after.reference]


def test_without_a_release_it_is_said_to_be_unknown(selection: Selection) -> None:
    bare = selection.product.model_copy(update={"release": None})
    without = Selection(selection.checkout, bare, selection.steps, selection.environment, selection.sets)
    with pytest.raises(ResourceMissing, match="no release is described for tiny-app"):
        ensure(without)


def test_clean_removes_it(built: Line, selection: Selection) -> None:
    ensure(selection)
    built.stage("clean")
    assert engine.images({"graft.product": built.product}) == []
