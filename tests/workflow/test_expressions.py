"""Expressions mean here what they mean on GitHub, and what is not known is refused."""

from typing import Any

import pytest

from tests.workflow.expressions import Unsupported, fill
from tests.workflow.machine import FUNCTIONS

CONTEXTS: dict[str, Any] = {
    "inputs": {"list": '["one", "two"]', "off": False, "text": "it's"},
    "vars": {},
    "needs": {"update": {"outputs": {"go-on": "true"}}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("${{ inputs.list }}", '["one", "two"]'),
        ("a-${{ inputs.text }}-b", "a-it's-b"),
        ("${{ vars.MISSING || 'instead' }}", "instead"),
        ("${{ fromJSON(vars.MISSING || inputs.list)[0] }}", "one"),
        ("${{ fromJSON(inputs.list) }}", ["one", "two"]),
        ("${{ needs.update.outputs.go-on == 'true' && !inputs.off }}", True),
        ("${{ needs.update.outputs.go-on != 'true' || (inputs.off) }}", False),
        ("${{ format('x/{0}', inputs.text) }}", "x/it's"),
        ("${{ startsWith(inputs.text, 'IT') && 'yes' || '' }}", "yes"),
        ("${{ startsWith(vars.MISSING || 'x', 'y') && 'yes' || '' }}", ""),
        ("${{ vars.MISSING }}", None),
        ("is ${{ inputs.off }} and ${{ vars.MISSING }}", "is false and "),
        ("${{ inputs.text == 'it''s' }}", True),
    ],
)
def test_an_expression_has_its_value(text: str, value: object) -> None:
    assert fill(text, CONTEXTS, FUNCTIONS) == value


@pytest.mark.parametrize(
    "text",
    ["${{ strategy.index }}", "${{ toJSON(inputs) }}", "${{ 1 < 2 }}", "${{ inputs.list inputs.off }}", "${{ ( }}"],
)
def test_what_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(Unsupported):
        fill(text, CONTEXTS, FUNCTIONS)
