"""The page on the old script names every end state and its proof, and only steps and files that are there."""

import re

import pytest
import yaml

from scripts.lib.settings.selection import ROOT
from tests.unit.test_lusochat_set import END_STATES

PAGE = (ROOT / "docs/from-the-script.md").read_text()
ROWS = re.findall(r"^\| ([\w-]+)\b[^|]*\|.*\|(.*)\|$", PAGE.partition("## Each end state")[2], re.MULTILINE)
STEPS = {step["id"] for step in yaml.safe_load((ROOT / "customizations/lusochat/steps.yaml").read_text())["steps"]}


@pytest.mark.parametrize(("state", "shown"), END_STATES.items())
def test_an_end_state_stands_with_every_place_of_its_proof(state: str, shown: tuple[str, ...]) -> None:
    seen = " ".join(where for name, where in ROWS if name == state)
    assert seen
    assert [place for place in shown if place not in seen and place != "the scripts"] == []


def test_the_steps_that_it_names_are_there() -> None:
    named = re.findall(r"the steps? ((?:`[\w-]+`(?:, )?)+)", PAGE)
    found = {step for some in named for step in re.findall(r"`([\w-]+)`", some)}
    assert found
    assert found <= STEPS


def test_the_stages_that_it_names_are_there() -> None:
    named = re.findall(r"`(scripts/[\w./-]+)`", PAGE)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
