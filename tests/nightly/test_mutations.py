"""Each step of Lusochat is broken on purpose on the real upstream: something says so, with the step's name."""

import sys
from pathlib import Path

import pytest

from scripts.lib import engine, shell
from scripts.lib.lock_file import UpstreamLock
from scripts.lib.records import Check
from scripts.lib.settings.loading import load
from scripts.lib.settings.selection import ROOT, select
from scripts.lib.settings.steps import StepsFile
from tests.e2e.conftest import Line
from tests.mutations import BREAKS, World, names, world_of
from tests.tampering import seen_on, suffixed_page, swapped_files, tampered

NAME = "lusochat-openwebui"
PRODUCT = ROOT / "customizations/lusochat"
VERSION = load(PRODUCT / "upstream.lock.yaml", UpstreamLock).sources["upstream"].version
STEPS = {
    step.id: step
    for step in load(PRODUCT / "steps.yaml", StepsFile).steps
    if step.versions is None or step.versions.holds(VERSION)
}
"""Those that are for the locked version."""
CASES = [(name, step.id) for name, one in BREAKS.items() for step in STEPS.values() if step.kind in one.kinds]
CATCHES = {
    "anchor changed upstream": {"validate"},
    "translation key renamed": {"validate"},
    "aimed at the wrong file": {"settings", "build", "smoke"},
    "written to the wrong file": {"customize"},
    "asset swapped back in the tree": {"customize"},
}
Failed = dict[str | None, list[Check]]
SUFFIXED = "Lusochat (Open WebUI)"
LOOKING = """
environment: looking
licence: { basis: small-deployment, end_users: 50 }
gates: [structure, build, runtime, branding]
"""
"""An environment that asks for what a browser sees."""


@pytest.fixture(scope="module")
def built(line: Line) -> str:
    """Reference of an image that has shown every proof."""
    line.invoke("smoke")
    images = line.record("image")["images"]
    assert isinstance(images, dict)
    return str(images[NAME]["reference"])


def world(line: Line, folder: Path) -> World:
    """Lusochat as it is, with a folder of its own to write into."""
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("CHECKOUT", str(line.checkout))
        return world_of(select("lusochat", "dev"), folder / "product")


def seen(line: Line, image: str) -> Failed:
    """Return step -> what its failed checks saw on an image, which is removed after."""
    smoke = [sys.executable, "-m", "scripts.smoke"]
    try:
        return seen_on(
            image,
            line.checkout / "out/lusochat",
            lambda: shell.run(smoke, cwd=line.checkout, env=line.env, accept=(20,)),
        )
    finally:
        engine.remove_image(image)


@pytest.fixture(scope="module")
def upstreams_files(line: Line, built: str, tmp_path_factory: pytest.TempPathFactory) -> Failed:
    """What smoke says of an image that has upstream's bytes wherever it had a file of the customized tree."""
    tampered(built, f"{built}-swapped", swapped_files(built, world(line, tmp_path_factory.mktemp("whole"))))
    return seen(line, f"{built}-swapped")


def test_nothing_is_caught_where_nothing_is_broken(line: Line, built: str, tmp_path: Path) -> None:
    assert world(line, tmp_path).caught() == ("smoke", [])


@pytest.mark.parametrize(("name", "step"), CASES)
def test_a_broken_step_is_caught_with_its_name(
    name: str, step: str, line: Line, built: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    layer, problems = BREAKS[name].done(world(line, tmp_path), STEPS[step]).caught()
    assert layer in CATCHES[name], problems
    if layer == "smoke":
        assert request.getfixturevalue("upstreams_files").get(step)
    else:
        assert any(names(problem, step) for problem in problems), problems


@pytest.mark.parametrize("step", [step.id for step in STEPS.values() if step.kind == "image"])
def test_an_asset_that_is_upstreams_in_the_image_is_caught(step: str, upstreams_files: Failed) -> None:
    assert upstreams_files.get(step), upstreams_files


def test_a_suffix_that_is_back_at_run_time_is_caught(line: Line, built: str) -> None:
    tampered(built, f"{built}-suffixed", {}, f'ENV WEBUI_NAME="{SUFFIXED}"')
    found = seen(line, f"{built}-suffixed")
    for step in ("name", "name-suffix"):
        assert any(repr(SUFFIXED) in check.evidence for check in found[step]), found


def test_a_suffix_that_a_script_brings_back_is_caught_by_a_browser_alone(line: Line, built: str) -> None:
    (line.checkout / "compose/environments/looking.yaml").write_text(LOOKING)
    tampered(built, f"{built}-scripted", suffixed_page(built, "/app/build/index.html", " (Open WebUI)"))
    found = seen(Line(line.checkout, line.env | {"ENVIRONMENT": "looking"}), f"{built}-scripted")
    assert {"name", "name-suffix", "title"} <= set(found)
    for step in ("name", "name-suffix", "title"):
        assert any(repr(SUFFIXED) in check.evidence for check in found[step]), found
        assert {check.layer for check in found[step]} == {"browser"}
