"""The image in which data are moved, and what is put into the environment's file."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.lib import engine, records
from scripts.lib.deploy import env_file
from scripts.lib.errors import RecordMissing
from scripts.lib.migration import entry

RELEASED = SimpleNamespace(image_id="sha256:1", reference="host/app@sha256:2")
BUILT = SimpleNamespace(image_id="sha256:3", reference="graft/app:1")


def target() -> Any:
    selection = SimpleNamespace(checkout=None, environment=SimpleNamespace(environment="test"))
    settings = SimpleNamespace(front="app")
    return SimpleNamespace(selection=selection, settings=settings, images=lambda release: release.images)


@pytest.mark.parametrize(
    ("release", "image", "held", "taken", "brought"),
    [
        (RELEASED, BUILT, {"sha256:1", "sha256:3"}, "host/app@sha256:2", False),
        (RELEASED, BUILT, {"sha256:3"}, "graft/app:1", False),
        (RELEASED, None, set(), "host/app@sha256:2", True),
        (None, BUILT, {"sha256:3"}, "graft/app:1", False),
    ],
)
def test_the_released_image_is_taken_or_the_built_one_or_it_is_brought(
    release: Any, image: Any, held: set[str], taken: str, brought: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {records.Release: release, records.Image: image}
    asked: list[Any] = []
    monkeypatch.setattr(
        records, "find", lambda checkout, kind, name=None: found[kind] and SimpleNamespace(images={"app": found[kind]})
    )
    monkeypatch.setattr(engine, "held", lambda identity, reference: reference if identity in held else None)
    monkeypatch.setattr(entry, "bring", lambda selection, one: asked.append(one))
    assert entry._image(target()) == taken
    assert asked == ([RELEASED] if brought else [])


def test_without_any_image_the_way_to_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "find", lambda *_: None)
    with pytest.raises(RecordMissing, match="no image app"):
        entry._image(target())


def test_only_what_differs_is_put_into_the_file_and_where_it_was_left_out(tmp_path: Path) -> None:
    path = tmp_path / "test.env"
    path.write_text("KEPT=1\n#PREFIX=LAMB_\nLAST=2\n")
    given: Any = SimpleNamespace(env_file=path, read_env=lambda: env_file.parse(path.read_text()))
    run: Any = SimpleNamespace(target=given)
    assert entry._write_settings(run, {"KEPT": "1", "PREFIX": ""}) == ["PREFIX"]
    assert path.read_text() == "KEPT=1\nPREFIX=''\nLAST=2\n"
    before = path.stat().st_mtime_ns
    assert entry._write_settings(run, {"KEPT": "1", "PREFIX": ""}) == []
    assert path.stat().st_mtime_ns == before
