"""What a deploy says of itself."""

import getpass
import os
from typing import NoReturn

import pytest

from scripts.lib.deploy import run


def test_a_user_without_a_name_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> NoReturn:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert run._user() == f"user {os.getuid()}"
