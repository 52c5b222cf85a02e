"""Servers beside a stand, and what an application does with them: on real containers."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from scripts.lib import engine, functions, records
from scripts.lib.errors import CommandFailed
from scripts.lib.records import SmokeReport, Tree
from scripts.lib.settings.functions import Beside, FunctionsFile, FunctionStand
from scripts.lib.settings.images import Limits, Stand
from scripts.lib.settings.selection import Selection
from scripts.lib.sidecar import Sidecar
from scripts.lib.stand import stand
from scripts.smoke import smoke
from smoke.servers import SERVERS
from tests.integration.conftest import SERVER, Program
from tests.integration.test_smoke import NOTHING_GIVEN, left, selection

LIMITS = Limits(memory="96m", cpus=0.5, pids=40)
KINDS: tuple[engine.Kind, ...] = ("container", "network", "volume")
SETTINGS = Stand(port=8080, health="/health", start_seconds=20)
MODELS = SERVERS["models"]
RELAY = """\
import os, signal, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

def models():
    return urllib.request.urlopen("http://models:8000/v1/models", timeout=5).read()

KNOWN = {"/health": lambda: b"{}", "/api/config": lambda: b'{"version": "1.0.0"}', "/models": models}

class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            status, data = 200, KNOWN[self.path]()
        except OSError as error:
            status, data = 502, f"no model server: {error}".encode()
        self.send_response(status)
        self.end_headers()
        self.wfile.write(data)

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
ThreadingHTTPServer(("", 8080), Answers).serve_forever()
"""
"""An application that answers with what a model server tells it."""
CHECKS = """\
from smoke.functions.checks import check

@check("plain", "it knows a model")
def knows(ground):
    return ground.api().get("/models")["data"][0]["id"]

@check("plain", "it ends when asked, and runs again")
def ends(ground):
    ended = ground.stop()
    ground.start()
    return f"exit code {ended.exit_code}, then {ground.api().ask('GET', '/health').status_code}"
"""


def models(image: str) -> Sidecar:
    files = {MODELS.program: MODELS.read()}
    return Sidecar("models", image, MODELS.argv("/srv"), MODELS.port, files=files, ready=MODELS.ready)


@pytest.fixture
def labels() -> Iterator[dict[str, str]]:
    """Labels of one test, after which nothing with them may be left."""
    own = {"graft.test": "1", "graft.case": secrets.token_hex(6)}
    yield own
    assert [one for kind in KINDS for one in engine.labelled(kind, own)] == []


def test_the_application_reaches_a_server_by_its_name(
    image_of: Program, labels: dict[str, str], tmp_path: Path
) -> None:
    image = image_of(RELAY)
    log = tmp_path / "app.log"
    with stand(image, SETTINGS, LIMITS, log=log, labels=labels, sidecars=[models(image)]) as one:
        one.start()
        assert httpx.get(f"{one.address}/models").json()["data"][0]["id"] == "parrot"
        asked = httpx.get(f"http://{one.sidecars['models'].place}/asked").json()
        assert [one["path"] for one in asked] == ["/v1/models"] * 2, "ours whether it is ready, and the relay's"


def test_a_server_that_ends_is_told_with_its_last_lines(
    tiny_image: str, labels: dict[str, str], tmp_path: Path
) -> None:
    broken = replace(models(tiny_image), argv=("python3", "-c", "raise SystemExit('no models here')"))
    log = tmp_path / "app.log"
    with (
        pytest.raises(CommandFailed) as failure,
        stand(tiny_image, SETTINGS, LIMITS, log=log, labels=labels, sidecars=[broken]) as one,
    ):
        one.start()
    assert failure.value.problems == ("the sidecar models ended before it was ready", "  no models here")
    assert failure.value.hint == f"the full log is {tmp_path / 'app-models.log'}"


def test_a_server_that_is_never_ready_is_told(tiny_image: str, labels: dict[str, str], tmp_path: Path) -> None:
    late = replace(models(tiny_image), ready="/not/there", ready_seconds=1)
    log = tmp_path / "app.log"
    with (
        pytest.raises(CommandFailed, match="the sidecar models was not ready within 1 s"),
        stand(tiny_image, SETTINGS, LIMITS, log=log, labels=labels, sidecars=[late]) as one,
    ):
        one.start()


def test_a_container_that_does_not_end_is_ended_by_force_and_that_is_known(
    image_of: Program, labels: dict[str, str], tmp_path: Path
) -> None:
    deaf = image_of(SERVER.replace("lambda *_: os._exit(0)", "signal.SIG_IGN"))
    settings = SETTINGS.model_copy(update={"stop_seconds": 1})
    with stand(deaf, settings, LIMITS, log=tmp_path / "log", labels=labels) as one:
        one.start()
        ended = one.stop()
    assert ended.by_force
    assert ended.exit_code == 137


def chosen(folder: Path, image: str) -> Selection:
    """A checkout in which everything up to the image was done, whose environment asks for what the application does."""
    done = selection(folder, image, ())
    package = done.checkout.customizations / "functions"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from . import relay")
    (package / "relay.py").write_text(CHECKS)
    stands = {"plain": FunctionStand(image="tiny-app", beside={"models": Beside(server="models")})}
    asking = done.environment.model_copy(update={"gates": (*done.environment.gates, "functions")})
    return replace(done, environment=asking, functions=FunctionsFile(stands=stands))


def test_smoke_looks_at_what_the_application_does_where_a_gate_asks(image_of: Program, tmp_path: Path) -> None:
    asking = chosen(tmp_path, image_of(RELAY))
    smoke(asking, NOTHING_GIVEN)
    report = records.need(asking.checkout, SmokeReport, "smoke")
    assert report.parts == ("proofs", "functions")
    seen = {check.name: check.evidence for check in report.of("functions")["tiny-app"]}
    assert seen == {"it knows a model": "parrot", "it ends when asked, and runs again": "exit code 0, then 200"}
    assert smoke(asking, NOTHING_GIVEN).up_to_date
    (asking.checkout.customizations / "functions/relay.py").write_text(CHECKS + "# another check")
    assert not smoke(asking, NOTHING_GIVEN).up_to_date
    assert left() == []


def test_an_environment_that_does_not_ask_has_nothing_started(image_of: Program, tmp_path: Path) -> None:
    asking = chosen(tmp_path, image_of(RELAY))
    plain = asking.environment.model_copy(update={"gates": ("structure", "build", "runtime")})
    smoke(replace(asking, environment=plain), NOTHING_GIVEN)
    report = records.need(asking.checkout, SmokeReport, "smoke")
    assert (report.parts, report.of("functions")) == (("proofs",), {"tiny-app": []})


def test_a_model_server_that_is_down_is_told_with_the_logs(
    image_of: Program, labels: dict[str, str], tmp_path: Path
) -> None:
    image = image_of(RELAY)
    asking = chosen(tmp_path, image)
    tree = records.need(asking.checkout, Tree, "customize")
    with functions.trial(asking, "tiny-app", image, tree, labels) as trial:
        trial.stands["plain"].sidecars["models"].stop()
        knows = trial.look(trial.functions[0])
    assert not knows.passed
    assert knows.evidence.startswith("GET /models answered 502: no model server: <urlopen error ")
    assert knows.files == ("logs/functions-plain.log", "logs/functions-plain-models.log")
    assert '"GET /models HTTP/1.1" 502' in (asking.checkout.out / knows.files[0]).read_text()


def test_a_stand_that_does_not_start_fails_its_checks_and_says_once_why(
    image_of: Program, labels: dict[str, str], tmp_path: Path
) -> None:
    image = image_of("raise SystemExit('no database')")
    asking = chosen(tmp_path, image)
    tree = records.need(asking.checkout, Tree, "customize")
    with functions.trial(asking, "tiny-app", image, tree, labels) as trial:
        first, second = (trial.look(function) for function in trial.functions)
    why = "the stand plain did not start: the container ended with exit code 1 before it was healthy"
    assert first.evidence == f"not looked at, for {why}"
    assert second.evidence == "not looked at, for the stand plain did not start"
