"""The committed record of the last full look: every release, and that the set held on all of them."""

import json
from pathlib import Path

from benchmarks import held
from scripts.lib.compat.outcome import Cell, Outcome, Projection, Row


def test_a_look_is_kept_in_brief(tmp_path: Path) -> None:
    cells = (
        Cell(step="name", status="ok", alternative=2),
        Cell(step="meta", status="not-applicable"),
        Cell(step="title", status="gone"),
    )
    row = Row(version="1.0", cells=cells, projection=Projection(status="ok"))
    given = {"product": "tiny", "customization_version": "1.0", "upstream": ">=1", "day": "2026-01-01", "steps": {}}
    held.write(Outcome.model_validate(given | {"rows": (row,)}), tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text())["releases"] == {
        "1.0": {
            "fit": 1,
            "not for it": ["meta"],
            "by alternative": {"name": 2},
            "broken": {"title": "gone"},
            "built release": "ok",
        }
    }


def test_the_set_held_on_every_release_of_the_last_full_look() -> None:
    releases = json.loads(held.FILE.read_text())["releases"]
    assert len(releases) >= 81
    assert next(iter(releases)) == "0.5.19"
    assert {version: one["broken"] for version, one in releases.items() if "broken" in one} == {}
    assert {version for version, one in releases.items() if one.get("built release") == "refused"} == set()
