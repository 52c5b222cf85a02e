"""Lusochat by both strategies on the real upstream: a quarter of an hour, 8.2 GB of memory and 15 GB of disk."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Line
from tests.image_files import Differences, files_of, unexplained

DIFFERENCES = Path("customizations/lusochat/source/differences.yaml")
NAME = "lusochat-openwebui"


def made(line: Line, strategy: str, *tasks: str) -> dict[str, Any]:
    """Run tasks by a strategy, and return what the record says of the image."""
    Line(line.checkout, line.env | {"STRATEGY": strategy}).invoke(*tasks)
    images: Any = line.record("image")["images"]
    image: dict[str, Any] = images[NAME]
    assert image["strategy"] == strategy
    return image


@pytest.fixture(scope="module")
def by_source(line: Line) -> dict[str, Any]:
    """The image of the source, with every proof seen."""
    return made(line, "source", "smoke")


def test_every_proof_holds_by_strategy_source(line: Line, by_source: dict[str, Any]) -> None:
    checks: Any = line.record("smoke-report")["checks"]
    assert [check for check in checks[NAME] if not check["passed"]] == []
    assert by_source["sets"]["source/steps.yaml"]


def test_another_back_end_does_not_build_the_front_end_again(line: Line, by_source: dict[str, Any]) -> None:
    steps = line.checkout / "customizations/lusochat/steps.yaml"
    whole = steps.read_text()
    steps.write_text(
        whole.replace("replace: os.getenv('WEBUI_NAME', 'Lusochat')", 'replace: os.getenv("WEBUI_NAME", "Lusochat")')
    )
    assert steps.read_text() != whole
    made(line, "source", "build")
    steps.write_text(whole)
    log = (line.checkout / f"out/lusochat/logs/build-{NAME}.log").read_text()
    assert "modules transformed" not in log


def test_both_images_of_one_tree_differ_only_where_it_is_said_why(line: Line, by_source: dict[str, Any]) -> None:
    source_files = files_of(made(line, "source", "build")["image_id"])
    release_files = files_of(made(line, "release", "build")["image_id"])
    told = unexplained(release_files, source_files, Differences.read(line.checkout / DIFFERENCES))
    assert told == []
