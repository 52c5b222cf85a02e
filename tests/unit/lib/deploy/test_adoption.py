"""What is taken from an older deployment's containers."""

import pytest

from scripts.lib import engine
from scripts.lib.deploy import adoption
from scripts.lib.errors import SettingsInvalid


@pytest.mark.parametrize(("data", "text"), [(b"key\n", "key"), (None, "")])
def test_a_secret_in_a_file_is_its_line(data: bytes | None, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "get_file", lambda *_: data)
    assert adoption._text("c", "/key") == text


@pytest.mark.parametrize("data", [b"\xff\xfe", b"one\ntwo\n"])
def test_what_is_no_line_of_text_is_no_secret(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "get_file", lambda *_: data)
    with pytest.raises(SettingsInvalid, match="/key of the old container is not one line of text"):
        adoption._text("c", "/key")
