"""A stand on the real engine: it starts under the limits, says why it does not, and leaves nothing behind."""

import secrets
import time
from pathlib import Path

import httpx
import pytest

from scripts.lib import engine, stand
from scripts.lib.errors import CommandFailed
from scripts.lib.settings.images import Limits, Stand
from tests.integration.conftest import SERVER, Program

LIMITS = Limits(memory="96m", cpus=0.5, pids=40)
KINDS: tuple[engine.Kind, ...] = ("container", "network", "volume")


def settings(start_seconds: int = 20) -> Stand:
    return Stand(
        port=8080,
        health="/health",
        start_seconds=start_seconds,
        volumes=("/data",),
        tmpfs=("/tmp",),
        environment={"NAME": "Acme"},
        secrets=("SECRET",),
    )


@pytest.fixture
def labels() -> dict[str, str]:
    return {"graft.test": "1", "graft.case": secrets.token_hex(6)}


def left(labels: dict[str, str]) -> list[str]:
    return [one for kind in KINDS for one in engine.labelled(kind, labels)]


def test_it_is_healthy_runs_under_the_limits_and_leaves_nothing(
    tiny_image: str, labels: dict[str, str], tmp_path: Path
) -> None:
    with stand.stand(tiny_image, settings(), LIMITS, log=tmp_path / "log", labels=labels) as one:
        assert one.start() < 20
        found = httpx.get(f"{one.address}/limits").json()
        assert found["memory"] == 96 * 1024 * 1024
        assert found["pids"] == 40
        assert found["capabilities"] == 0
        assert found["no_new_privileges"]
        assert found["writes"] == ["/tmp", "/data"]
        assert found["secret"] > 20
        one.stop()
        assert one.start() < 20
        assert httpx.get(f"{one.address}/health").status_code == 200
        assert len(left(labels)) == 3
    assert left(labels) == []


def test_its_network_reaches_nothing_outside(image_of: Program, labels: dict[str, str], tmp_path: Path) -> None:
    image = image_of("import socket; socket.create_connection(('192.0.2.1', 80), 5)")
    with (
        stand.stand(image, settings(), LIMITS, log=tmp_path / "log", labels=labels) as one,
        pytest.raises(CommandFailed, match="Network is unreachable"),
    ):
        one.start()


def test_a_container_that_exits_at_once_is_told_with_its_last_lines(
    image_of: Program, labels: dict[str, str], tmp_path: Path
) -> None:
    image = image_of("import os, sys; print(os.environ['SECRET']); sys.exit('no database')")
    log = tmp_path / "log"
    with (
        pytest.raises(CommandFailed) as failure,
        stand.stand(image, settings(), LIMITS, log=log, labels=labels) as one,
    ):
        one.start()
    assert failure.value.problems[0] == "the container ended with exit code 1 before it was healthy"
    assert "  no database" in failure.value.problems
    assert str(log) in failure.value.hint
    assert sorted(log.read_text().split("\n")) == ["", "[REDACTED]", "no database"]
    assert left(labels) == []


def test_a_container_that_is_never_healthy_is_told_with_what_was_seen(
    image_of: Program, labels: dict[str, str], tmp_path: Path
) -> None:
    image = image_of(SERVER.replace("send_response(200)", "send_response(503)"))
    with (
        pytest.raises(CommandFailed) as failure,
        stand.stand(image, settings(start_seconds=2), LIMITS, log=tmp_path / "log", labels=labels) as one,
    ):
        one.start()
    assert failure.value.problems[0].startswith("the container was not healthy within 2 s; last seen: GET http://")
    assert failure.value.problems[0].endswith("/health answered 503")
    assert left(labels) == []


def test_the_images_own_health_check_counts_too(image_of: Program, labels: dict[str, str], tmp_path: Path) -> None:
    image = image_of(SERVER, "HEALTHCHECK CMD echo not yet && false")
    with (
        pytest.raises(CommandFailed, match="the image's own health check failed: not yet"),
        stand.stand(image, settings(start_seconds=4), LIMITS, log=tmp_path / "log", labels=labels) as one,
    ):
        one.start()


def test_a_health_check_that_never_ends_does_not_keep_a_stand_waiting(
    image_of: Program, labels: dict[str, str], tmp_path: Path
) -> None:
    image, began = image_of(SERVER, "HEALTHCHECK CMD sleep 1000"), time.monotonic()
    with (
        pytest.raises(CommandFailed, match=r"health check failed: it did not end within \d s"),
        stand.stand(image, settings(start_seconds=4), LIMITS, log=tmp_path / "log", labels=labels) as one,
    ):
        one.start()
    assert time.monotonic() - began < 30


def test_nothing_is_left_after_an_interruption(tiny_image: str, labels: dict[str, str], tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        stand.stand(tiny_image, settings(), LIMITS, log=tmp_path / "log", labels=labels) as one,
    ):
        engine.start(one.container)
        raise KeyboardInterrupt
    assert left(labels) == []


def test_nothing_is_left_after_an_interruption_halfway_through_its_making(
    tiny_image: str, labels: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = engine.create

    def interrupted(container: engine.Container) -> str:
        create(container)
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "create", interrupted)
    with (
        pytest.raises(KeyboardInterrupt),
        stand.stand(tiny_image, settings(), LIMITS, log=tmp_path / "log", labels=labels),
    ):
        pytest.fail("the stand was given")
    assert left(labels) == []
