"""Every stage is stopped in the midst of its work, by Ctrl-C or kill -9: nothing goes on, and the next run works."""

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from scripts.lib.scratch import scratch
from tests.faults import holding
from tests.faults.conftest import begin, counted_line, half_done, programs, throw_aways, wait_for
from tests.integration.test_line import ROOT, STAGES, Line


@pytest.fixture(scope="module", params=["ctrl-c", "kill -9"])
def way(request: pytest.FixtureRequest) -> str:
    """How a run is stopped; the tests of one way go through all stages before the other's."""
    return str(request.param)


@pytest.fixture(scope="module")
def stopped(way: str, tmp_path_factory: pytest.TempPathFactory, labels_used: list[dict[str, str]]) -> Iterator[Line]:
    """The line of one way; the tests go on from where the one before left it."""
    with counted_line(tmp_path_factory.mktemp("line"), labels_used) as made:
        yield made


def stop(process: "subprocess.Popen[str]", way: str) -> None:
    """Stop as a terminal does (the whole group), or as the kernel does when memory is short (one process)."""
    if way == "ctrl-c":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.kill()


@contextmanager
def terminal(line: Line, *argv: str) -> Iterator[tuple[int, int]]:
    """Run a command in a terminal of its own; gives its process and the terminal's other end."""
    process, end = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        os.execve(argv[0], argv, line.variables)  # noqa: S606
    try:
        yield process, end
    finally:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def drained(end: int) -> bool:
    """Read what a terminal shows, for a program waits where nobody does; False, as a condition that does not hold."""
    with suppress(OSError):  # nobody is at its other end any more
        while select.select([end], [], [], 0)[0]:
            os.read(end, 1 << 16)
    return False


@pytest.mark.parametrize("end_of", ["ctrl-c", "closed"])
def test_in_a_terminal_a_whole_chain_ends_and_cleans_up(line: Line, end_of: str) -> None:
    for stage in ("fetch", "validate", "customize", "build"):
        line.stage(stage)
    for _ in range(TRIES):
        if _ended_in_a_terminal(line, end_of) == "interrupted":
            break
    assert throw_aways(line) == []
    assert line.ledger()[-1]["outcome"] == "interrupted"


def _ended_in_a_terminal(line: Line, end_of: str) -> str:
    """End a chain while smoke is at work; returns how that ended, `done` where it was quicker than we are."""
    (line.out / "smoke-report.json").unlink(missing_ok=True)
    before = len(line.ledger())
    with (
        holding.smoke(line) as held,
        terminal(line, str(Path(sys.executable).with_name("invoke")), "smoke") as (_, end),
    ):
        wait_for("smoke is at work", lambda: drained(end) or held.at_work() or _has_ended(line, "smoke", before))
        if end_of == "ctrl-c":
            os.write(end, b"\x03")
            wait_for("no program of ours runs", lambda: drained(end) or programs(line) == [])
        os.close(end)
        wait_for("no program of ours runs", lambda: programs(line) == [])
    return str(line.ledger()[-1]["outcome"])


def _has_ended(line: Line, stage: str, before: int) -> bool:
    """Tell whether a stage has ended since the ledger had `before` lines."""
    return any(one["stage"] == stage for one in line.ledger()[before:])


@pytest.mark.parametrize("stage", STAGES)
def test_a_stopped_stage_leaves_nothing_running_and_the_next_run_works(stopped: Line, way: str, stage: str) -> None:
    with holding.HELD[stage](stopped) as held:
        process = begin(stopped, held.variables, sys.executable, "-m", f"scripts.{stage}")
        wait_for(f"{stage} is at work", lambda: held.at_work() or process.poll() is not None)
        assert process.poll() is None, process.communicate()[0]
        stop(process, way)
        said = process.communicate(timeout=60)[0]
        if way == "ctrl-c":
            assert process.returncode == 130
            assert f"{stage}: interrupted; the next run goes on from the last record" in said
            assert throw_aways(stopped) == []
            assert half_done(stopped) == []
        wait_for("no program of ours runs", lambda: programs(stopped) == [])
        if stage == "build":
            wait_for("the engine builds no more", lambda: not held.at_work())
    done = stopped.stage(stage)
    assert "up to date" not in done.stdout
    assert throw_aways(stopped) == []
    assert half_done(stopped) == []


TRIES = 3
"""How often a stage may be quicker than the one who stops it."""
MAKE_A_BASE = """
from scripts.lib import bases
from scripts.lib.settings.images import DebianBase
from scripts.lib.settings.selection import checkout
bases.from_debian(DebianBase(suite="bookworm", packages=("hello",)), checkout(None))
"""


def _says(log: Path, words: str) -> bool:
    return log.exists() and words in log.read_text()


def test_a_killed_making_of_a_base_image_leaves_no_mount_and_the_next_run_removes_its_folder(line: Line) -> None:
    log = line.out / "logs/base-bookworm.log"
    process = begin(line, {}, sys.executable, "-c", MAKE_A_BASE)
    try:
        wait_for("packages are unpacked", lambda: process.poll() is not None or _says(log, "extracting archives"))
        assert process.poll() is None, process.communicate()[0]
    finally:
        process.kill()
        process.communicate()
    wait_for("no program of ours runs", lambda: programs(line) == [])
    assert str(line.root.parent) not in Path("/proc/mounts").read_text()
    if os.geteuid() == 0:  # others' files belong to mmdebstrap's own users
        with scratch(line.cache) as own:
            assert list(own.parent.iterdir()) == [own]
        assert half_done(line) == []
