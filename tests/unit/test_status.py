"""Status in a checkout with nothing, half a run, or a ledger that is not one."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scripts import status as stage
from scripts.lib import console, embedded_registry, engine, ledger, records
from scripts.lib.deploy import deployments, stack
from scripts.lib.errors import ResourceMissing
from scripts.lib.records import BuiltImage, Image
from scripts.lib.settings.selection import Selection, select
from tests.deployments import deployment
from tests.tiny import make_checkout

BUILT = BuiltImage(
    reference="graft/tiny:1", image_id=f"sha256:{'a' * 64}", size=5_000_000, seconds=1, strategy="release", bases={}
)
Show = Callable[[], str]


@pytest.fixture
def selection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    monkeypatch.setattr(engine, "image_id", lambda _: BUILT.image_id)
    monkeypatch.setattr(engine, "held", lambda _, reference: reference)
    monkeypatch.setattr(embedded_registry, "is_running", lambda _: True)
    monkeypatch.setattr(stack, "services", lambda _: [])
    monkeypatch.setattr(deployments, "history", lambda _: [])
    monkeypatch.setattr(deployments, "holder_of", lambda _: None)
    return select("tiny", "test")


@pytest.fixture
def show(selection: Selection) -> Show:
    def shown() -> str:
        with console.out.capture() as captured:
            stage.status(selection, argparse.Namespace())
        return " ".join(captured.get().split())

    return shown


def test_an_empty_checkout_is_shown(show: Show) -> None:
    said = show()
    assert "localhost:5999, embedded, running" in said
    assert said.count("not there") == 7
    assert "none yet" in said


def test_it_says_how_much_is_up_to_date_and_what_comes_next(selection: Selection) -> None:
    done = stage.status(selection, argparse.Namespace())
    assert (done.says, done.hint) == ("0 of 7 stages are up to date", "run: invoke publish")


def test_without_docker_everything_else_is_shown(
    selection: Selection, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_: object) -> bool:
        raise ResourceMissing("Docker is not running", hint="start it")

    monkeypatch.setattr(engine, "image_id", down)
    monkeypatch.setattr(engine, "held", lambda *_: down(None))
    monkeypatch.setattr(embedded_registry, "is_running", down)
    monkeypatch.setattr(stack, "services", down)
    records.write(selection.checkout, Image(inputs="i", tree="t", version="1.0.0", images={"tiny": BUILT}))
    assert show().count("Docker is not running") == 3


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (BUILT.image_id, ", in the engine"),
        (None, "no longer in the engine"),
        ("sha256:0", "the engine has another image of that name"),
    ],
)
def test_an_image_is_shown_with_where_it_is(
    selection: Selection, show: Show, monkeypatch: pytest.MonkeyPatch, found: str | None, said: str
) -> None:
    monkeypatch.setattr(engine, "image_id", lambda _: found)
    records.write(selection.checkout, Image(inputs="i", tree="t", version="1.0.0", images={"tiny": BUILT}))
    assert said in show()


def test_the_last_five_runs_are_shown_without_looks(selection: Selection, show: Show) -> None:
    for number in range(7):
        enter(selection, "status" if number == 6 else "fetch", f"run {number}")
    assert [f"run {number}" in show() for number in range(7)] == [False, *[True] * 5, False]


def test_a_ledger_that_is_not_one_is_said(selection: Selection, show: Show, capsys: pytest.CaptureFixture[str]) -> None:
    (selection.checkout.out).mkdir(parents=True)
    (selection.checkout.out / "ledger.jsonl").write_text('{"stage": 1}\n')
    assert "last run" in show()
    assert "the ledger is not readable" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ago", "words"), [(5, "just now"), (90, "1 min ago"), (7300, "2 h ago"), (200_000, "2 d ago"), (-3, "just now")]
)
def test_ages_are_worded(ago: int, words: str) -> None:
    now = datetime.now(UTC)
    assert stage._ago(now - timedelta(seconds=ago), now) == words


def enter(selection: Selection, name: str, says: str) -> None:
    entry = ledger.Entry(
        stage=name,
        product="tiny",
        environment="test",
        started=datetime.now(UTC),
        seconds=1,
        outcome="done",
        exit_code=0,
        says=says,
    )
    ledger.append(selection.checkout, entry)


def service(*, running: bool) -> stack.Service:
    state = engine.State(
        running=running, exit_code=0, out_of_memory=False, health="healthy" if running else None, probe="", addresses={}
    )
    return stack.Service("app", "c0ffee", "app-1", True, BUILT.image_id, frozenset(), state)


@pytest.mark.parametrize(
    ("running", "words"), [(True, "running, healthy, image sha256:aaaaaaaaaaaa"), (False, "stopped (exit code 0)")]
)
def test_what_is_deployed_is_shown(show: Show, monkeypatch: pytest.MonkeyPatch, running: bool, words: str) -> None:
    monkeypatch.setattr(stack, "services", lambda _: [service(running=running)])
    good = deployment(outcome="done", serves="this")
    monkeypatch.setattr(deployments, "history", lambda _: [good])
    said = show()
    assert words in said
    assert "1.0.0 as tiny at http://127.0.0.1:3999" in said
    assert "last deploy" not in said


def test_a_deploy_that_failed_is_shown_with_what_serves(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        deployment(outcome="done", serves="this"),
        deployment(outcome="failed", serves="previous", says="too slow"),
    ]
    monkeypatch.setattr(deployments, "history", lambda _: found)
    said = show()
    assert "failed, the one before serves: too slow" in said
    assert "1.0.0 as tiny" in said


def test_a_deploy_that_goes_on_is_told_from_one_that_was_broken_off(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = deployment(outcome="begun", serves="nothing", says="it was broken off")
    monkeypatch.setattr(deployments, "history", lambda _: [begun])
    assert "begun, nothing serves: it was broken off" in show()
    monkeypatch.setattr(deployments, "holder_of", lambda _: "deploy, process 7 on a machine")
    said = show()
    assert "at work: deploy, process 7 on a machine" in said
    assert "broken off" not in said


def test_a_target_without_a_deployment_is_said(show: Show) -> None:
    assert "deployed never yet" in show()
