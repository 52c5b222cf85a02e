"""Stands of two images that need each other, on the real engine: Pair, from its tree to what its users see."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scripts.lib import engine
from scripts.lib.errors import CommandFailed, SettingsInvalid
from scripts.lib.secret import Secret
from scripts.lib.settings.selection import Selection
from scripts.lib.stack_stand import StackStand
from tests import pair
from tests.integration.deploy.site import wait_until
from tests.integration.stands import KINDS, a_stand, left, selection_of
from tests.integration.test_line import ROOT, Line, a_line, edit


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, base_image: str) -> Iterator[Line]:
    """A line of Pair whose images are built."""
    with a_line(tmp_path_factory.mktemp("pair"), pair) as made:
        for stage in ("fetch", "validate", "customize", "build"):
            made.stage(stage)
        yield made


@pytest.fixture
def selection(line: Line, monkeypatch: pytest.MonkeyPatch) -> Selection:
    return selection_of(line, monkeypatch)


@pytest.fixture
def labels() -> dict[str, str]:
    return {"graft.test": "1", "graft.case": secrets.token_hex(6)}


def note(stack: StackStand, text: str) -> None:
    """Write a note by the front, where users reach it."""
    httpx.post(f"http://127.0.0.1:{stack.published('web')}/notes", content=text, trust_env=False).raise_for_status()


def notes(stack: StackStand) -> list[str]:
    """Read the notes from the front's own address."""
    answer = httpx.get(f"{stack.address('web')}/notes", trust_env=False)
    return list(answer.raise_for_status().json())


def test_the_proofs_of_each_image_are_seen_on_one_stand(line: Line) -> None:
    said = line.stage("smoke").stdout
    assert "7 checks passed, 2 steps proven, pair-web, pair-store healthy after" in said
    report = line.record("smoke-report")
    assert {check["step"] for check in report["checks"]["pair-web"]} == {None, "name"}
    assert {check["step"] for check in report["checks"]["pair-store"]} == {None, "motto"}
    assert set(report["images"]) == set(report["seconds_to_healthy"]) == {"pair-web", "pair-store"}
    assert "up to date" in line.stage("smoke").stdout
    assert left({"graft.product": line.product, "graft.run": ""}) == []


def test_a_proof_that_is_not_seen_names_its_step_and_leaves_every_services_log(line: Line) -> None:
    steps = line.customizations / "steps.yaml"
    edit(steps, "equals: We keep it", "equals: Somebody keeps it")
    try:
        said = line.stage("smoke", code=20).stderr
    finally:
        edit(steps, "equals: Somebody keeps it", "equals: We keep it")
    assert "motto" in said
    assert "'We keep it' instead of 'Somebody keeps it'" in said
    assert "GET /health" in (line.out / "logs/smoke-store.log").read_text()
    assert (line.out / "logs/smoke-web.log").exists()


def test_other_compose_files_ask_for_proof_again(line: Line) -> None:
    line.stage("smoke")
    edit(line.root / "compose" / line.product / "compose.yaml", "  store:\n", "  # what keeps\n  store:\n")
    assert "up to date" not in line.stage("smoke").stdout
    assert "gate: " in line.stage("gate").stdout


def test_it_starts_in_order_under_the_limits_on_loopback_ports_of_its_own(
    line: Line, selection: Selection, labels: dict[str, str]
) -> None:
    with a_stand(line, selection, labels) as stack, a_stand(line, selection, labels) as other:
        assert stack.start() < 30
        other.start()
        assert stack.states() == other.states() == {"web": "healthy", "store": "healthy"}
        ports = [one.published(service) for one in (stack, other) for service in ("web", "store")]
        assert len(set(ports)) == 4
        for service in ("web", "store"):
            found = engine.client().api.inspect_container(stack.container(service))["HostConfig"]
            assert found["Memory"] == 256 * 1024 * 1024
            bound = [one["HostIp"] for binding in found["PortBindings"].values() for one in binding]
            assert bound == ["127.0.0.1"]
        assert httpx.get(f"{stack.address('store')}/health", trust_env=False).json() == {"motto": "We keep it"}
        assert stack.address("web").endswith(f":{stack.value('PORT')}")
        assert [len(engine.labelled(kind, {**labels, "graft.stand": stack.project})) for kind in KINDS] == [2, 1, 1]
    assert left(labels) == []


def test_what_is_kept_outlives_a_restart_a_kill_and_new_containers(
    line: Line, selection: Selection, labels: dict[str, str]
) -> None:
    with a_stand(line, selection, labels) as stack:
        stack.start()
        note(stack, "one")
        first = stack.container("store")
        assert stack.stop("web").keys() == {"web"}
        assert stack.states() == {"web": "ended", "store": "healthy"}
        stack.start()
        assert stack.restart() > 0
        assert stack.kill() == {"web": 137, "store": 137}
        stack.start()
        assert (stack.container("store"), notes(stack)) == (first, ["one"])
        stack.recreate()
        assert stack.container("store") != first
        note(stack, "two")
        stack.down()
        assert stack.states() == {}
        assert engine.volume_labels(stack.volumes["notes"]) is not None
        stack.start()
        assert notes(stack) == ["one", "two"]
        assert stack.run("store", ["cat", "/data/notes.json"]).strip() == '["one", "two"]'
        with pytest.raises(CommandFailed, match="no container of stor is there"):
            stack.address("stor")
    assert left(labels) == []


def test_a_secret_is_fresh_given_to_both_and_shown_nowhere(
    line: Line, selection: Selection, labels: dict[str, str]
) -> None:
    with a_stand(line, selection, labels) as stack:
        stack.start()
        token = stack.value("TOKEN")
        assert len(token) == 32
        assert stack.env["TOKEN"] == Secret(token)
        assert token not in repr(stack)
        environments = [engine.made(stack.container(one)).environment for one in ("web", "store")]
        assert {one["TOKEN"] for one in environments} == {token}
        assert "TOKEN=[REDACTED]" in stack.run("web", ["env"])
    with a_stand(line, selection, labels) as other:
        assert other.value("TOKEN") != token


def test_a_service_that_ends_is_told_at_once_with_its_last_lines_and_no_secret(
    line: Line, selection: Selection, labels: dict[str, str]
) -> None:
    with a_stand(line, selection, labels, {"BROKEN": "true"}) as stack:
        with pytest.raises(CommandFailed) as failure:
            stack.start()
        assert failure.value.problems[0].startswith("store ended")
        assert "  the store is broken, and its token is [REDACTED]" in failure.value.problems
        log = line.out / "logs/stand-store.log"
        assert str(log) in failure.value.hint
        assert "its token is [REDACTED]" in log.read_text()
        assert stack.value("TOKEN") in stack.logs("store")
    assert left(labels) == []


def test_a_service_that_is_unhealthy_is_told_by_its_own_check(
    line: Line, selection: Selection, labels: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "never.yaml").write_text(
        "services: { store: { healthcheck: { test: [CMD, python3, -c, 'exit(\"no room\")'], retries: 1 } } }"
    )
    with (
        a_stand(line, selection, labels, overlays=[tmp_path / "never.yaml"]) as stack,
        pytest.raises(CommandFailed, match="store is unhealthy: no room"),
    ):
        stack.start()
    assert left(labels) == []


def test_a_service_that_publishes_nothing_is_met_at_its_own_address(
    line: Line, selection: Selection, labels: dict[str, str]
) -> None:
    hidden = line.root / "compose" / line.product / "compose.hidden.yaml"
    with a_stand(line, selection, labels, overlays=[hidden]) as stack:
        stack.start()
        assert stack.published("store") is None
        assert stack.address("store").endswith(":9000")
        assert httpx.get(f"{stack.address('store')}/health", trust_env=False).is_success


def test_ports_that_the_files_publish_to_everybody_are_bound_to_free_ones_of_this_machine(
    line: Line, selection: Selection, labels: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "open.yaml").write_text("services: { store: { ports: !override ['80:9000', '9001:9000/udp'] } }")
    with a_stand(line, selection, labels, overlays=[tmp_path / "open.yaml"]) as stack:
        stack.start()
        port = stack.published("store")
        assert port not in (None, 80)
        assert httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).is_success
        found = engine.client().api.inspect_container(stack.container("store"))["HostConfig"]["PortBindings"]
        assert {one["HostIp"] for binding in found.values() for one in binding} == {"127.0.0.1"}


def test_files_that_would_meet_another_project_are_refused_and_nothing_is_made(
    line: Line, selection: Selection, labels: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "shared.yaml").write_text(
        f"services: {{ store: {{ container_name: store, volumes: ['{tmp_path}:/code', 'other:/other'] }} }}\n"
        "volumes: { notes: { name: pair-notes }, other: { external: true, name: theirs } }\n"
    )
    with (
        pytest.raises(SettingsInvalid) as refused,
        a_stand(line, selection, labels, overlays=[tmp_path / "shared.yaml"]),
    ):
        pytest.fail("the stand was given")
    said = "\n".join(refused.value.problems)
    for words in ("volume notes is called pair-notes", "volume other", "container of store", f"folder {tmp_path}"):
        assert words in said
    assert left(labels) == []


def test_settings_that_are_not_well_are_refused_all_at_once(
    line: Line, selection: Selection, labels: dict[str, str]
) -> None:
    given = {"BROKN": "true", "BROKEN": "maybe", "STACK": "mine"}
    with pytest.raises(SettingsInvalid) as refused, a_stand(line, selection, labels, given):
        pytest.fail("the stand was given")
    assert len(refused.value.problems) == 3
    assert "did you mean 'BROKEN'" in str(refused.value)


def test_nothing_is_left_after_an_interruption_while_it_starts(
    line: Line, selection: Selection, labels: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), a_stand(line, selection, labels) as stack:
        monkeypatch.setattr("scripts.lib.deploy.stack._require_none_failed", interrupted)
        stack.start()
    assert left(labels) == []


def test_what_a_killed_run_left_is_removed_by_the_next(line: Line) -> None:
    ours = {"graft.product": line.product, "graft.run": "smoke"}
    edit(line.root / "compose" / line.product / "compose.yaml", "volumes:\n  notes:", "# again\nvolumes:\n  notes:")
    with subprocess.Popen([sys.executable, "-m", "scripts.smoke"], cwd=ROOT, env=line.variables) as killed:
        wait_until(lambda: len(engine.labelled("container", ours)) == 2)
        killed.kill()
    assert left(ours) != []
    line.stage("smoke")
    assert left(ours) == []


def test_the_proofs_are_tests_of_one_stand_too(line: Line) -> None:
    report = line.run(sys.executable, "-m", "pytest", "smoke/test_proofs.py", "-q", "-p", "no:cacheprovider").stdout
    assert "7 passed" in report
    assert left({"graft.product": line.product, "graft.run": ""}) == []
