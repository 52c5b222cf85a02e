"""One tree by both strategies: the same proofs hold, and the two images differ only where it is said why."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.lib import engine
from tests.image_files import Differences, files_of, unexplained
from tests.integration.test_line import Line, a_line, edit

DIFFERENCES = Path(__file__).with_name("differences.yaml")
BUILT_AT = "/built-at"
"""When the stage that builds Tiny's front end ran."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, base_image: str) -> Iterator[Line]:
    """A line by strategy source; the tests of this file go on from there, in their order."""
    with a_line(tmp_path_factory.mktemp("strategies")) as line:
        settings = line.customizations / "product.yaml"
        settings.write_text(f"strategy: source\n{settings.read_text()}")
        for stage in ("fetch", "validate", "customize", "build"):
            line.stage(stage)
        yield line


def again(line: Line) -> str:
    """Run the line as far as the image; returns what the build said."""
    for stage in ("validate", "customize"):
        line.stage(stage)
    done = line.stage("build")
    return done.stdout + done.stderr


def front_end_built_at(line: Line) -> bytes | None:
    image = line.record("image")["images"]["tiny-app"]["image_id"]
    return engine.read_files(image, [BUILT_AT], {"graft.test": "1"})[BUILT_AT]


def test_the_record_names_strategy_bases_and_sets(tiny: Line) -> None:
    image = tiny.record("image")["images"]["tiny-app"]
    assert image["strategy"] == "source"
    assert list(image["bases"]) == ["python:3.12-slim-trixie"]
    assert image["sets"] == {
        "source/steps.yaml": ["front-end-inputs", "back-end-of-the-tree"],
        "source/no-registry.yaml": ["no-syntax-image"],
    }
    assert "up to date" in tiny.stage("build").stdout


def test_the_same_proofs_hold_and_those_of_the_sets(tiny: Line) -> None:
    tiny.stage("smoke")
    checks = tiny.record("smoke-report")["checks"]["tiny-app"]
    assert {"name", "texts", "terms", "front-end-inputs", "back-end-of-the-tree", "no-syntax-image"} <= {
        check["step"] for check in checks
    }
    assert [check for check in checks if not check["passed"]] == []


def test_the_workspace_is_not_what_is_built_in(tiny: Line) -> None:
    assert (tiny.out / "workspace/Dockerfile").read_text().startswith("# syntax=")
    assert "up to date" in tiny.stage("customize").stdout


def test_another_back_end_does_not_build_the_front_end_again(tiny: Line) -> None:
    before = front_end_built_at(tiny)
    edit(tiny.customizations / "steps.yaml", "replace: os.environ.get('WEBUI_NAME', 'Acme')", "replace: f('Acme')")
    edit(tiny.customizations / "steps.yaml", "f('Acme')", 'os.environ.get("WEBUI_NAME", "Acme")  # ours')
    again(tiny)
    assert before
    assert front_end_built_at(tiny) == before


def test_another_text_of_the_page_does(tiny: Line) -> None:
    before = front_end_built_at(tiny)
    edit(tiny.customizations / "brand/texts.yaml", "pt-PT: Conta", "pt-PT: Utilizador")
    again(tiny)
    assert front_end_built_at(tiny) != before


def test_both_images_of_one_tree_differ_only_where_it_is_said_why(tiny: Line) -> None:
    by_source = tiny.record("image")["images"]["tiny-app"]["image_id"]
    source_files = files_of(by_source)
    edit(tiny.customizations / "product.yaml", "strategy: source", "strategy: auto")
    assert "from the source" not in again(tiny)
    by_release = tiny.record("image")["images"]["tiny-app"]
    assert by_release["strategy"] == "release"
    assert unexplained(files_of(by_release["image_id"]), source_files, Differences.read(DIFFERENCES)) == []


def test_auto_says_which_change_asked_for_the_source(tiny: Line) -> None:
    edit(tiny.customizations / "product.yaml", '    - { kind: copy, tree: "static/**" }\n', "")
    reason = "from the source: static/advert.txt (step advert): no projection matches it"
    assert reason in again(tiny)
    image = tiny.record("image")["images"]["tiny-app"]
    assert image["strategy"] == "source"
    assert any(note.startswith(reason) for note in image["notes"])


def test_strategy_release_refuses_what_cannot_be_projected(tiny: Line) -> None:
    said = tiny.run("env", "STRATEGY=release", sys.executable, "-m", "scripts.build", code=10).stderr
    assert "static/advert.txt (step advert): no projection matches it" in said
    assert "up to date" in tiny.stage("build").stdout


def test_too_little_memory_is_told_with_the_figure_before_anything_is_built(tiny: Line) -> None:
    edit(tiny.customizations / "product.yaml", "memory: 100000000", "memory: 900000000000000")
    for stage in ("validate", "customize"):
        tiny.stage(stage)
    assert "of memory are free, 900000.00 GB are needed" in tiny.stage("build", code=4).stderr
