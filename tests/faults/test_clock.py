"""A clock that is wrong by a day: nothing that lasts is named by it, no age is negative, and certificates tell."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from tests.integration.test_line import STAGES, Line, edit

EXPIRED = Path(__file__).parents[1] / "resources/expired/localhost.pem"
"""A certificate for localhost that was good for a day in 2020, signed by itself, with its key."""
WRONG = """\
import datetime, os, time
right, off = datetime.datetime, float(os.environ["CLOCK_IS_OFF"])
class Wrong(right):
    @classmethod
    def now(cls, tz=None):
        return right.now(tz) + datetime.timedelta(seconds=off)
datetime.datetime = Wrong
time.time = lambda now=time.time: now() + off
"""
"""Python reads it at its start."""
DAY = 86400


@pytest.fixture(params=[DAY, -DAY], ids=["ahead", "behind"])
def off(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def wrong_clock(off: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The clock of all stages is wrong; undone, it is right again."""
    (tmp_path / "sitecustomize.py").write_text(WRONG)
    with monkeypatch.context() as wrong:
        wrong.setenv("PYTHONPATH", str(tmp_path))
        wrong.setenv("CLOCK_IS_OFF", str(off))
        yield wrong


def test_a_wrong_clock_changes_neither_tags_nor_what_is_up_to_date(
    line: Line, off: int, wrong_clock: pytest.MonkeyPatch
) -> None:
    edit(line.customizations / "brand/texts.yaml", "pt-PT: Conta", f"pt-PT: Conta{off % 7}")
    before = datetime.now(UTC)
    for stage in STAGES:
        line.stage(stage)
    began = datetime.fromisoformat(line.ledger()[-1]["started"])
    assert abs((began - before).total_seconds() - off) < 600, "the clock was not wrong"
    days = {f"v{day:%Y.%m.%d}" for day in (before, datetime.now(UTC))}
    dated = line.record("release.test")["images"]["tiny-app"]["tags"][0]
    assert dated.partition("-")[0] in days | {f"{day}.2" for day in days}, "the day of the engine's clock"
    wrong_clock.undo()
    assert all("up to date" in line.stage(stage).stdout for stage in STAGES)
    edit(line.customizations / "brand/texts.yaml", f"pt-PT: Conta{off % 7}", "pt-PT: Conta")


def test_no_age_is_negative(line: Line) -> None:
    said = line.stage("status").stdout
    assert "ago" in said or "just now" in said
    assert "-1 d" not in said


def test_a_certificate_that_is_out_of_date_asks_for_the_clock(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(EXPIRED)
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        for file in (line.customizations / "product.yaml", line.customizations / "upstream.lock.yaml"):
            file.write_text(file.read_text().replace(" upstream/", f" https://localhost:{server.server_port}/"))
        monkeypatch.setenv("SSL_CERT_FILE", str(EXPIRED))
        said = line.stage("update", code=4).stderr
        server.shutdown()
    assert "certificate has expired" in said
    assert "hint: see whether this machine's clock is right (20" in said
