"""The way before: from the product's file, or measured by its program and then kept."""

from pathlib import Path

import pytest

from scripts.lib import bases, records, workspace
from scripts.lib.errors import SettingsInvalid
from scripts.lib.records import FetchedSource, Source
from scripts.lib.settings.selection import Selection, select
from scripts.lib.start_times import before
from tests.tiny import make_checkout

FETCHED = FetchedSource(kind="path", version="1.0.0", resolved="r", address="a", fingerprint="f")
SOURCE = Source(inputs="s", version="1.0.0", sources={"upstream": FETCHED}, licence="l", base="c", points={})
FIGURES = """
title: installing at start
cold: { seconds: 600, source: told by its own developers }
warm: { seconds: 60, source: told by its own developers }
"""
PROGRAM = """
from scripts.lib.settings.bench import Figure, WayBefore


def measure(tree, images, log):
    log.write_text("installed")
    figure = Figure(seconds=len(list(tree.iterdir())), source=f"measured with {sorted(images)}")
    return WayBefore(title="installing at start", cold=figure)
"""


@pytest.fixture
def selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """A product whose file tells two figures, and whose program measures one; bases and tree are there."""
    root = make_checkout(tmp_path)
    monkeypatch.setenv("CHECKOUT", str(root))
    monkeypatch.setenv("CACHE", str(tmp_path / "cache"))
    folder = root / "customizations/tiny"
    (folder / "before.yaml").write_text(FIGURES)
    (folder / "before.py").write_text(PROGRAM)
    with (folder / "product.yaml").open("a") as file:
        file.write("\nbench: { before: before.yaml, program: before.py }\n")
    made = select("tiny", "test")
    records.write(made.checkout, SOURCE)
    monkeypatch.setattr(bases, "ensure", lambda base, policy, place: bases.BaseImage("base:1", "sha256:1"))
    monkeypatch.setattr(workspace, "check_out", lambda path, commit, folder: three_files(folder))
    return made


def three_files(folder: Path) -> None:
    folder.mkdir()
    for name in "abc":
        (folder / name).touch()


def test_what_the_file_tells_stands_where_nothing_was_measured(selection: Selection) -> None:
    told = before.of(selection, anew=False)
    assert told
    assert (told.cold and told.cold.seconds, told.warm and told.warm.seconds, told.killed) == (600, 60, None)


def test_what_was_measured_stands_in_the_place_of_what_was_told_from_then_on(selection: Selection) -> None:
    measured = before.of(selection, anew=True)
    later = before.of(selection, anew=False)
    assert measured == later
    assert later
    assert later.cold
    assert (later.cold.seconds, later.cold.source) == (3, "measured with ['python']")
    assert later.warm
    assert later.warm.seconds == 60
    assert selection.checkout.log("bench-before").read_text() == "installed"


def test_a_product_without_a_way_before_has_none_and_no_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    plain = select("tiny", "test")
    assert before.of(plain, anew=False) is None
    with pytest.raises(SettingsInvalid, match=r"bench\.program is missing"):
        before.of(plain, anew=True)


def test_a_program_that_is_not_there_is_told(selection: Selection) -> None:
    (selection.checkout.customizations / "before.py").unlink()
    with pytest.raises(SettingsInvalid, match=r"before\.py: there is no such file"):
        before.of(selection, anew=True)
