"""Image steps: icons over the files that upstream has, or nothing."""

from pathlib import Path
from typing import Any

import pytest

from scripts.lib import steps
from scripts.lib.files import Changed, FileMap
from scripts.lib.settings.steps import ImageStep
from scripts.lib.steps.fitting import DoesNotFit, StepContext

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
UPSTREAM = FileMap({"static/favicon.png": b"theirs", "static/favicon.ico": b"theirs"})
PNG = {"path": "static/favicon.png", "format": "png", "size": 32}
ICO = {"path": "static/favicon.ico", "format": "ico", "sizes": [16, 32]}


@pytest.fixture
def context(tmp_path: Path) -> StepContext:
    """A product's folder with a logo."""
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "logo.svg").write_bytes(LOGO)
    return StepContext(customizations=tmp_path, version="2.0.0", cache=tmp_path / "cache")


def step(*icons: dict[str, Any]) -> ImageStep:
    proofs = [{"layer": "http", "get": "/favicon.png", "contains": "x"}]
    return ImageStep.model_validate({"id": "icons", "kind": "image", "why": "w", "icons": icons, "proofs": proofs})


def refused(context: StepContext, *icons: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(DoesNotFit) as caught:
        steps.apply(step(*icons), UPSTREAM, context)
    return caught.value.finding.status, caught.value.finding.message


def test_every_icon_replaces_the_file_that_upstream_has(context: StepContext) -> None:
    applied = steps.apply(step(PNG, ICO), UPSTREAM, context)
    assert set(applied.changes) == {"static/favicon.png", "static/favicon.ico"}
    assert applied.matches == 2


def test_the_end_state_is_seen_on_the_finished_tree(context: StepContext) -> None:
    tree = Changed(UPSTREAM)
    tree.changes.update(steps.apply(step(PNG, ICO), tree, context).changes)
    assert steps.verify(step(PNG, ICO), tree, context) == []


def test_the_upstream_s_own_files_are_not_the_end_state(context: StepContext) -> None:
    tree = FileMap({"static/favicon.png": b"theirs"})
    png, ico = steps.verify(step(PNG, ICO), tree, context)
    assert png.startswith("static/favicon.png: is no readable image")
    assert ico == "static/favicon.ico: is not there"


def test_a_picture_of_the_right_size_that_is_not_ours_is_not_the_end_state(context: StepContext) -> None:
    drawn = steps.apply(step({**PNG, "background": "#ffffff", "padding": 0.2}), UPSTREAM, context).changes
    tree = FileMap({path: data for path, data in drawn.items() if data})
    assert steps.verify(step(PNG), tree, context) == ["static/favicon.png: is not the icon that the drawing gives"]


def test_targets_that_upstream_lacks_are_all_told_with_the_nearest(context: StepContext) -> None:
    status, message = refused(context, {**PNG, "path": "static/favicn.png"}, {**ICO, "path": "static/favico.ico"})
    assert status == "gone"
    assert message.splitlines() == [
        "static/favicn.png: upstream has no such file; nearest is static/favicon.png",
        "static/favico.ico: upstream has no such file; nearest is static/favicon.ico",
    ]


def test_an_icon_is_for_its_versions_alone(context: StepContext) -> None:
    gone = {**PNG, "path": "static/old.png", "versions": {"to": "1.9.9"}}
    applied = steps.apply(step(PNG, gone), UPSTREAM, context)
    assert set(applied.changes) == {"static/favicon.png"}


def test_a_missing_drawing_is_told_with_its_path(context: StepContext) -> None:
    (context.customizations / "brand" / "logo.svg").unlink()
    status, message = refused(context, PNG)
    assert (status, message) == ("invalid", f"{context.customizations}/brand/logo.svg: there is no such drawing")


def test_a_drawing_that_does_not_parse_is_told_with_its_line(context: StepContext) -> None:
    (context.customizations / "brand" / "logo.svg").write_text("<svg>\n<rect></svg>")
    status, message = refused(context, PNG)
    assert status == "invalid"
    assert message.startswith(f"{context.customizations}/brand/logo.svg: does not parse: ")
    assert "line 2" in message
