"""What `deploy` of a product says must hold together."""

from typing import Any

import pytest
from pydantic import ValidationError

from scripts.lib.settings.deploy import DeploySettings


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"variables": {"A": {"unlike": "B"}}}, "variables.A.unlike: there is no variable 'B'"),
        ({"variables": {"A": {"yields_to": "PROT"}}}, "variables.A.yields_to: there is no variable 'PROT'"),
        ({"variables": {"A": {"formerly": ["B"]}, "B": {}}}, "variables.A.formerly: 'B' is variables.B too"),
        (
            {"variables": {"A": {"formerly": ["C"]}, "B": {"formerly": ["C"]}}},
            "variables.B.formerly: 'C' is variables.A.formerly too",
        ),
        ({"variables": {"A": {}}, "gone": {"A": "why"}}, "gone: 'A' is variables.A too"),
        ({"variables": {"A": {"translate": {"(": ""}}}}, "variables.A.translate: '(' is no regular expression"),
        ({"variables": {"A": {"form": "hots"}}}, "'host'"),
    ],
)
def test_what_does_not_hold_together_is_refused(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DeploySettings.model_validate({"front": "app"} | said)
    assert words in str(refused.value)


def test_a_variable_may_yield_to_one_that_a_deploy_gives() -> None:
    said = {"front": "app", "variables": {"OWN_PORT": {"yields_to": "PORT"}}}
    assert DeploySettings.model_validate(said).variables["OWN_PORT"].yields_to == "PORT"
