"""Runs something beside what else is done, in a thread whose end nobody has to wait for."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def aside(act: Callable[[], T]) -> "Future[T]":
    """Start `act` and return what will have its result, or what it raised.

    Neither an interruption nor the end of the program waits for it: it must hold nothing that has to be given back.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(act())
        except BaseException as error:  # raised again where the result is asked for
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return outcome
