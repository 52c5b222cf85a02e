"""Secrets print as [REDACTED] wherever they go."""

import json

from scripts.lib.secret import Secret, redact

PASSWORD = Secret("hunter2")


def test_a_secret_does_not_print() -> None:
    assert "hunter2" not in f"{PASSWORD} {PASSWORD!r} {[PASSWORD]} {PASSWORD}" + str({"password": PASSWORD})


def test_a_secret_gives_its_value_only_when_asked() -> None:
    assert PASSWORD.reveal() == "hunter2"


def test_a_secret_does_not_slip_into_json() -> None:
    assert "hunter2" not in json.dumps({"password": PASSWORD}, default=str)


def test_every_secret_is_redacted_wherever_it_stands() -> None:
    told = redact("login hunter2 token=abc hunter2!", (PASSWORD, Secret("abc")))
    assert told == "login [REDACTED] token=[REDACTED] [REDACTED]!"


def test_an_empty_secret_redacts_nothing() -> None:
    assert redact("plain", (Secret(""),)) == "plain"
