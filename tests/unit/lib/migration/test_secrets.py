"""Secrets of the old stack go on, but for those that everybody knows."""

from typing import Any

import pytest

from scripts.lib.migration import secrets
from scripts.lib.settings.migration import CarriedSecret
from tests.unit.lib.migration.test_users import made

WANTED = {"KEY": CarriedSecret(files=("data/.key",), without="everybody has to log in again")}
PUBLISHED = ("t0ps3cret",)


class Files:
    """A program's look into the old folder."""

    def __init__(self, data: bytes | None) -> None:
        self._data = data

    def read(self, paths: tuple[str, ...]) -> dict[str, bytes]:
        return {} if self._data is None else dict.fromkeys(paths, self._data)


def find(data: bytes | None, *told: str) -> secrets.Found:
    program: Any = Files(data)
    return secrets.find(WANTED, program, [made(environment={"KEY": value}) for value in told], PUBLISHED)


@pytest.mark.parametrize(
    ("data", "told"), [(b"own-key\n", ()), (None, ("own-key", "own-key")), (b"own-key", ("t0ps3cret",))]
)
def test_a_secret_of_its_own_goes_on(data: bytes | None, told: tuple[str, ...]) -> None:
    found = find(data, *told)
    assert found.values["KEY"].reveal() == "own-key"
    assert "own-key" not in repr(found)
    assert (found.problems, found.notes) == ((), ())


@pytest.mark.parametrize(
    ("data", "told", "why"), [(None, (), "is not to be found"), (b"t0ps3cret\n", (), "is one that everybody knows")]
)
def test_a_secret_that_is_none_does_not_and_that_is_told(data: bytes | None, told: tuple[str, ...], why: str) -> None:
    found = find(data, *told)
    assert (found.values, found.problems) == ({}, ())
    assert found.notes == (f"the old KEY {why}, so a new one holds: everybody has to log in again",)


def test_of_two_secrets_none_is_guessed() -> None:
    assert find(b"one", "two").problems == (
        "the old stack has different values of KEY, in its containers and data/.key",
    )


@pytest.mark.parametrize("data", [b"", b"one\ntwo", b"\xff\xfe"])
def test_a_file_that_is_no_line_of_text_is_told(data: bytes) -> None:
    assert find(data).problems == ("data/.key is not one line of text",)
