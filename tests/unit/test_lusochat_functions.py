"""What Lusochat is tried with: every variable that a deployment passes on has a value there that one can see."""

import sys
from typing import Any

import pytest
import yaml

from scripts.lib.settings.functions import FunctionsFile
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import ROOT
from smoke.functions.checks import load as load_checks

FOLDER = ROOT / "customizations/lusochat"
COMPOSE = yaml.safe_load((ROOT / "compose/lusochat/compose.yaml").read_text())["services"]["lusochat"]
PROVEN_BY_STEPS = {"WEBUI_NAME"}
"""The image has its name; another one is refused by the proofs."""


@pytest.fixture
def stands() -> FunctionsFile:
    return load(FOLDER / "functions/stands.yaml", FunctionsFile)


def variables() -> Any:
    """The module of that name."""
    (every,) = [
        one for one in load_checks(FOLDER / "functions", ["fresh", "institution"]) if "every variable" in one.name
    ]
    return every.run


def test_every_variable_of_the_compose_file_is_read_somewhere(stands: FunctionsFile) -> None:
    module = variables().__globals__
    deploy = load(FOLDER / "product.yaml", Product).deploy
    assert deploy is not None
    stored = {name for name, variable in deploy.variables.items() if variable.stored}
    passed = set(COMPOSE["environment"]) | set(deploy.variables)
    assert passed - stored - set(module["READ"]) - set(module["ELSEWHERE"]) - PROVEN_BY_STEPS == set()


def test_every_variable_that_is_read_has_a_value_in_a_stand(stands: FunctionsFile) -> None:
    image = load(FOLDER / "product.yaml", Product).images["lusochat-openwebui"].stand
    given = set(stands.stands["institution"].environment) | set(image.environment) | set(image.secrets)
    apart = {"OPENAI_API_BASE_URL", "OPENAI_API_KEY"}
    assert apart <= set(stands.stands["fresh"].environment)
    assert set(COMPOSE["environment"]) - given - apart - PROVEN_BY_STEPS == set()


def test_it_may_take_to_end_as_long_as_a_deployment_lets_it(stands: FunctionsFile) -> None:
    image = load(FOLDER / "product.yaml", Product).images["lusochat-openwebui"].stand
    assert f"{image.stop_seconds}s" == COMPOSE["stop_grace_period"]


def test_checks_of_every_thing_that_users_need_are_there(stands: FunctionsFile) -> None:
    names = " ".join(one.name for one in load_checks(FOLDER / "functions", stands.stands))
    words = "first account|signs in|wrong credentials|without a login|written and read|piece by piece|in a browser"
    words += "|uploaded|socket|restart|ends in its time|variable|embedding|web is searched|directory|wrong password"
    assert [word for word in words.split("|") if word not in names] == []


def test_every_module_of_checks_is_looked_at() -> None:
    names = {path.stem for path in (FOLDER / "functions").glob("*.py")} - {"__init__"}
    load_checks(FOLDER / "functions", ["fresh", "institution"])
    assert {f"functions_of_lusochat.{name}" for name in names} <= set(sys.modules)
