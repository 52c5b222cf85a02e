"""Starting the stands on which one sees what an application does."""

import threading
from typing import Any, cast

import pytest

from scripts.lib import functions
from scripts.lib.errors import CommandFailed
from scripts.lib.stand import Stand


class Fake:
    """A stand that starts as it is told to."""

    def __init__(self, network: str, start: Any) -> None:
        self.network = network
        self.start = start


def stands(**starts: Any) -> dict[str, Stand]:
    return {name: cast(Stand, Fake(name, start)) for name, start in starts.items()}


def failing(error: BaseException) -> Any:
    def start() -> float:
        raise error

    return start


def test_all_start_and_those_that_do_not_are_told() -> None:
    failure = CommandFailed("it ended", hint="look")
    assert functions._start(stands(one=lambda: 1.0, two=failing(failure))) == {"two": failure}


def test_an_interruption_waits_for_no_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {"one": threading.Event(), "two": threading.Event()}
    monkeypatch.setattr(functions, "remove_stands", lambda labels: gone[labels["graft.stand"]].set())
    waiting = stands(one=failing(KeyboardInterrupt()), two=lambda: float(gone["two"].wait(60)))
    with pytest.raises(KeyboardInterrupt):
        functions._start(waiting)
    assert all(event.is_set() for event in gone.values())
