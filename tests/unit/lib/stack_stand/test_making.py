"""The settings of a stand: those of a fresh file, its own, and its ports."""

from typing import Any

import pytest

from scripts.lib import loopback
from scripts.lib.settings.deploy import DeploySettings
from scripts.lib.stack_stand import making


@pytest.fixture(autouse=True)
def _free(monkeypatch: pytest.MonkeyPatch) -> None:
    """The free ports of this machine are 101, 102, …"""
    monkeypatch.setattr(loopback, "free_ports", lambda count: list(range(101, 101 + count)))


def ports(**variables: dict[str, Any]) -> dict[str, str]:
    return making._ports(DeploySettings.model_validate({"front": "app", "variables": variables}))


def test_each_variable_that_is_a_port_has_a_free_one_and_the_others_none() -> None:
    given: dict[str, dict[str, Any]] = {"STORE_PORT": {"port": True}, "SEARCH_PORT": {"port": True}, "LEVEL": {}}
    assert ports(**given) == {"PORT": "101", "STORE_PORT": "102", "SEARCH_PORT": "103"}


def test_one_that_yields_to_another_has_the_same() -> None:
    given: dict[str, dict[str, Any]] = {
        "APP_PORT": {"port": True, "yields_to": "PORT"},
        "NEW_PORT": {"port": True},
        "OLD_PORT": {"port": True, "yields_to": "NEW_PORT"},
    }
    assert ports(**given) == {"PORT": "101", "NEW_PORT": "102", "APP_PORT": "101", "OLD_PORT": "102"}


def test_a_setting_may_name_a_port() -> None:
    given = {"PORT": "101", "STORE_PORT": "102"}
    assert making._with_ports("http://127.0.0.1:{STORE_PORT}/{path}?p={PORT}", given) == (
        "http://127.0.0.1:102/{path}?p=101"
    )
