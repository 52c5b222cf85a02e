"""Each step of Tiny is broken on purpose: the layer that docs/mutations.md names says so, with the step's name."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.lib.records import Check
from scripts.lib.settings.loading import load
from scripts.lib.settings.selection import select
from scripts.lib.settings.steps import StepsFile
from tests.integration.test_line import Line, a_line, edit
from tests.mutations import ASSETS, BREAKS, World, names, world_of
from tests.tampering import seen_on, suffixed_page, swapped_files, tampered
from tests.tiny import TINY
from tests.trees import step as worded

ROOT = Path(__file__).resolve().parents[2]
STEPS = {step.id: step for step in load(TINY / "checkout/customizations/tiny/steps.yaml", StepsFile).steps}
IN_IMAGE, AT_RUN_TIME = "asset swapped back in the image", "name suffix restored at run time"
BY_A_SCRIPT = "a script brings the suffix back"
Failed = dict[str | None, list[Check]]
NAMED = ("name", "name-suffix")
"""The steps that the name at run time belongs to."""
IN_THE_TAB = ("title", "app-name")
"""The steps that say what a browser's tab is called."""


def table() -> dict[tuple[str, str], str]:
    """What docs/mutations.md says: break and step -> the layer that catches it."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs/mutations.md").read_text().splitlines()
        if line.startswith("|") and not re.fullmatch(r"[|\- ]+", line)
    ]
    steps = [re.sub(" .*", "", cell) for cell in rows[0][1:]]
    return {(row[0], step): layer for row in rows[1:] for step, layer in zip(steps, row[1:], strict=True) if layer}


CAUGHT = table()
OF_TREE = [case for case in CAUGHT if case[0] in BREAKS]
OF_IMAGE = [(name, step) for (name, step), layer in CAUGHT.items() if layer == "smoke" and name in {*BREAKS, IN_IMAGE}]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line whose image has shown every proof."""
    with a_line(tmp_path_factory.mktemp("mutations")) as made:
        made.invoke("smoke")
        yield made


@pytest.fixture
def world(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Tiny as it is, with a folder of its own to write into."""
    monkeypatch.setenv("CHECKOUT", str(line.root))
    monkeypatch.setenv("CACHE", str(line.cache))
    return world_of(select(line.product, "test"), tmp_path / "product")


@pytest.fixture(scope="module")
def image(line: Line) -> str:
    return str(line.record("image")["images"]["tiny-app"]["reference"])


@pytest.fixture(scope="module")
def upstreams_files(
    line: Line, image: str, new_name: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Failed:
    """What smoke says of an image that has upstream's bytes wherever it had a file of the customized tree."""
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("CHECKOUT", str(line.root))
        variables.setenv("CACHE", str(line.cache))
        whole = world_of(select(line.product, "test"), tmp_path_factory.mktemp("whole") / "product")
    other = new_name("swapped")
    tampered(image, other, swapped_files(image, whole))
    return seen_on(other, line.out, lambda: line.stage("smoke", code=20))


@pytest.fixture(scope="module")
def suffixed(line: Line, image: str, new_name: Callable[[str], str]) -> Failed:
    """What smoke says of an image whose environment gives the name with upstream's suffix."""
    other = new_name("suffixed")
    tampered(image, other, {}, 'ENV WEBUI_NAME="Acme (Tiny)"')
    return seen_on(other, line.out, lambda: line.stage("smoke", code=20))


@pytest.fixture(scope="module")
def scripted(line: Line, image: str, new_name: Callable[[str], str]) -> Failed:
    """What smoke, which looks at pages too, says of an image whose page has a script that adds upstream's suffix."""
    other, gates = new_name("scripted"), ("gates: [", "gates: [branding, ")
    tampered(image, other, suffixed_page(image, "/app/build/index.html", " (Tiny)"))
    edit(line.environment, *gates)
    try:
        return seen_on(other, line.out, lambda: line.stage("smoke", code=20))
    finally:
        edit(line.environment, *reversed(gates))


def test_every_break_that_can_be_done_to_a_step_is_in_the_table() -> None:
    done = {(name, step.id) for name, one in BREAKS.items() for step in STEPS.values() if step.kind in one.kinds}
    done |= {(IN_IMAGE, step.id) for step in STEPS.values() if step.kind in ASSETS}
    done |= {(AT_RUN_TIME, step) for step in NAMED} | {(BY_A_SCRIPT, step) for step in IN_THE_TAB}
    assert done == set(CAUGHT)


def test_a_message_names_a_step_by_its_whole_name() -> None:
    assert names("step name-suffix is gone: x", "name-suffix")
    assert names("src/a.html (step title, name): no projection", "name")
    assert names("name: a.py: is not as the step leaves it", "name")
    assert not names("step name-suffix is gone: the name", "name")
    assert not names("a file of that name (step title): no projection", "name")


def test_nothing_is_caught_where_nothing_is_broken(world: World) -> None:
    assert world.caught() == ("smoke", [])


@pytest.mark.parametrize(("name", "step"), OF_TREE)
def test_a_broken_step_is_caught_with_its_name_by_the_first_layer_that_can(name: str, step: str, world: World) -> None:
    layer, problems = BREAKS[name].done(world, STEPS[step]).caught()
    assert layer == CAUGHT[name, step], problems
    assert layer == "smoke" or any(names(problem, step) for problem in problems), problems


def test_a_step_that_did_nothing_is_caught_where_a_later_one_brings_its_end_state_about(world: World) -> None:
    name, (tree, _) = STEPS["name"], world.finished
    (path,) = world.changed_by(name)
    (world.context.customizations / "whole").write_bytes(tree.read(path) or b"")
    later = worded("overlay", id="whole", source="whole", path=path, replaces=True)
    broken = BREAKS["written to the wrong file"].done(world, name)
    layer, problems = replace(broken, steps=(*world.steps, later)).caught()
    assert layer == "customize"
    assert {problem.partition(":")[0] for problem in problems} == {"name"}


@pytest.mark.parametrize(("name", "step"), OF_IMAGE)
def test_what_only_the_running_image_can_show_is_caught_by_smoke(name: str, step: str, upstreams_files: Failed) -> None:
    assert upstreams_files.get(step), upstreams_files


@pytest.mark.parametrize("step", NAMED)
def test_a_suffix_that_is_back_at_run_time_is_caught_by_smoke(step: str, suffixed: Failed) -> None:
    assert CAUGHT[AT_RUN_TIME, step] == "smoke"
    assert any("'Acme (Tiny)' instead of 'Acme'" in check.evidence for check in suffixed[step])
    assert set(suffixed) == set(NAMED)


@pytest.mark.parametrize("step", IN_THE_TAB)
def test_a_suffix_that_a_script_brings_back_is_caught_by_a_browser_alone(step: str, scripted: Failed) -> None:
    assert CAUGHT[BY_A_SCRIPT, step] == "smoke"
    assert [check.layer for check in scripted[step]] == ["browser"]
    assert "the tab is called 'Acme (Tiny)' instead of 'Acme'" in scripted[step][0].evidence
    assert set(scripted) == set(IN_THE_TAB)
