"""What an icon and a regular expression may be."""

import pytest
from pydantic import ValidationError

from scripts.lib.settings.steps import Icon, TextEdit


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"format": "png"}, "png needs size"),
        ({"format": "ico", "size": 32}, "ico needs sizes"),
        ({"format": "png", "size": 32, "sizes": [32]}, "no other format has them"),
        ({"format": "ico", "sizes": [512]}, "less than or equal to 256"),
        ({"format": "svg", "background": "red"}, "must be a colour such as #1562ad"),
        ({"format": "svg", "padding": 0.5}, "less than 0.5"),
    ],
)
def test_an_icon_that_cannot_be_drawn_is_refused(asked: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Icon.model_validate({"path": "icon", **asked})


@pytest.mark.parametrize(("find", "replace"), [("(", "a"), ("(a)", r"\2"), ("a", r"\g<name>")])
def test_a_regular_expression_that_is_none_is_refused(find: str, replace: str) -> None:
    with pytest.raises(ValidationError, match="no regular expression and its template"):
        TextEdit.model_validate({"find": find, "replace": replace, "regex": True})
    TextEdit.model_validate({"find": find, "replace": replace})
