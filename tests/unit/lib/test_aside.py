"""What runs beside: its result, and what it raised."""

from threading import Event

import pytest

from scripts.lib.aside import aside


def test_what_it_returns_is_there_once_it_has_ended() -> None:
    go_on = Event()
    running = aside(lambda: go_on.wait(30) and "done")
    assert not running.done()
    go_on.set()
    assert running.result(30) == "done"


def test_what_it_raises_is_raised_where_its_result_is_asked_for() -> None:
    with pytest.raises(ZeroDivisionError):
        aside(lambda: 1 // 0).result(30)
