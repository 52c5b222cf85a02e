"""Waiting for a stack: what counts as healthy, and what as failed."""

from typing import Any

import pytest

from scripts.lib import engine
from scripts.lib.deploy import stack
from scripts.lib.deploy.stack import Service
from scripts.lib.errors import CommandFailed, SettingsInvalid
from scripts.lib.secret import Secret


def service(name: str = "app", *, ours: bool = True, **said: Any) -> Service:
    usual: dict[str, Any] = {"running": True, "exit_code": 0, "out_of_memory": False, "probe": "", "addresses": {}}
    state = engine.State(**{**usual, "health": None, **said})
    return Service(name, f"id-of-{name}", f"tiny-{name}-1", ours, "sha256:a", frozenset(), state)


URL = "http://127.0.0.1:1/health"


def wait(
    monkeypatch: pytest.MonkeyPatch, *looks: list[Service], seconds: float = 9, url: str | None = URL, **said: Any
) -> float:
    """Wait while each look at the stack shows the next of these, the last one for ever."""
    left = list(looks)
    monkeypatch.setattr(stack, "services", lambda *_: left.pop(0) if len(left) > 1 else left[0])
    monkeypatch.setattr(stack, "answers", lambda *_: True)
    monkeypatch.setattr(stack, "POLL", 0)
    monkeypatch.setattr(engine, "logs", lambda _: "begins\nthe key is hush-hush\n")
    usual: dict[str, Any] = {"front": {"app"}, "restarts": {}, "secrets": (Secret("hush-hush"),)}
    return stack.await_healthy("tiny", url, seconds, **usual | said)


def test_the_front_is_healthy_when_it_answers_and_the_others_when_their_checks_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    front, late = service(health="starting"), service("search", health="starting")
    assert wait(monkeypatch, [front, late], [front, late], [front, service("search", health="healthy")]) >= 0
    with pytest.raises(CommandFailed, match="search was not healthy within 0 s"):
        wait(monkeypatch, [front, late], seconds=0.01)


def test_a_container_that_ended_long_ago_is_well_and_one_that_ends_now_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wait(monkeypatch, [service(restarts=3)], restarts={"id-of-app": 3}) >= 0
    with pytest.raises(CommandFailed, match="app ended before it was healthy"):
        wait(monkeypatch, [service(restarts=4)], restarts={"id-of-app": 3})
    with pytest.raises(CommandFailed, match="app ended before it was healthy"):
        wait(monkeypatch, [service(restarts=1)])


def test_the_log_of_a_failure_is_shown_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandFailed) as failed:
        wait(monkeypatch, [service(running=False, exit_code=3)])
    assert failed.value.problems == (
        "app ended with exit code 3 before it was healthy",
        "  begins",
        "  the key is [REDACTED]",
    )


def test_where_nothing_answers_to_this_machine_the_checks_of_all_say_when_it_is_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    starting, well = [service(health="starting")], [service(health="healthy")]
    assert wait(monkeypatch, starting, well, url=None, front=set()) >= 0
    with pytest.raises(CommandFailed, match="app was not healthy within 0 s"):
        wait(monkeypatch, starting, url=None, front=set(), seconds=0.01)


def watched(monkeypatch: pytest.MonkeyPatch, *found: Service, before: dict[str, int] | None = None) -> None:
    """Look once at a stack that compose is starting."""
    monkeypatch.setattr(stack, "services", lambda *_: list(found))
    monkeypatch.setattr(engine, "logs", lambda _: "the key is hush-hush\n")
    stack.watch("tiny", before or {}, (Secret("hush-hush"),))()


def test_while_compose_starts_what_waits_or_is_on_its_way_out_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    waits, begins = service("app", running=False), service("search", health="starting")
    watched(monkeypatch, waits, begins)
    watched(monkeypatch, service(health="unhealthy", restarts=2), begins, before={"id-of-app": 2})


@pytest.mark.parametrize(
    ("said", "words"),
    [({"restarts": 1}, "app ended before it was healthy"), ({"health": "unhealthy"}, "app is unhealthy: no answer")],
)
def test_what_fails_while_compose_starts_is_told_with_its_log(
    said: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandFailed) as failed:
        watched(monkeypatch, service(**said))
    assert failed.value.problems == (words, "  the key is [REDACTED]")


def test_a_project_of_somebody_else_is_refused_by_name() -> None:
    found = [service(), service("web", ours=False)]
    with pytest.raises(SettingsInvalid, match=r"no deploy made: tiny-web-1$"):
        stack.require_ours("tiny", found)
    stack.require_ours("tiny", found[:1])
