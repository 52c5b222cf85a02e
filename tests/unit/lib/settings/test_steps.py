"""What an icon may be asked for."""

import pytest
from pydantic import ValidationError

from scripts.lib.settings.steps import Icon


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
