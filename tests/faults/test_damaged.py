"""What a crash, a bad disk or another run left behind: the next run mends it, or says what to do."""

import json
import os
import shutil
import socket
from pathlib import Path

import pytest
from filelock import FileLock

from tests.integration.test_line import Line

RECORDS = [("source", "fetch", "validate"), ("validation", "validate", "customize"), ("tree", "customize", "build")]


@pytest.fixture(scope="module")
def done(line: Line) -> Line:
    """A line that has come as far as its image."""
    for stage in ("fetch", "validate", "customize", "build"):
        line.stage(stage)
    return line


@pytest.mark.parametrize(("record", "stage", "after"), [*RECORDS, ("image", "build", "smoke")])
def test_a_half_written_record_is_no_record(done: Line, record: str, stage: str, after: str) -> None:
    file = done.out / f"{record}.json"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    said = done.stage(after, code=3).stderr
    assert f"the record out/{done.product}/{record}.json is not readable as one" in said
    assert f"hint: run: invoke {stage}" in said
    assert "up to date" not in done.stage(stage).stdout
    json.loads(file.read_bytes())


def flip_a_bit(file: Path) -> None:
    """Change one bit as a bad disk does: neither size nor time tell."""
    times, data = file.stat(), bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def cached(line: Line, source: str) -> Path:
    return line.cache / str(line.record("source")["sources"][source]["stored"])


def test_a_flipped_bit_of_the_upstream_is_noticed_when_it_is_used(done: Line) -> None:
    archive = cached(done, "upstream")
    whole = archive.read_bytes()
    flip_a_bit(archive)
    shutil.rmtree(done.out / "workspace")
    said = done.stage("fetch")
    assert f"{archive} is damaged and was removed; it is brought anew" in said.stderr
    assert archive.read_bytes() == whole


def test_a_flipped_bit_of_the_release_is_noticed_when_it_is_used(done: Line) -> None:
    wheel = cached(done, "release")
    whole = wheel.read_bytes()
    flip_a_bit(wheel)
    for folder in (done.cache / "releases").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    (done.out / "image.json").unlink()
    for stage in ("validate", "customize"):
        done.stage(stage)
    said = done.stage("build", code=3).stderr
    assert "the release upstream/tiny-1.0.0-py3-none-any.whl is not in the cache, or damaged" in said
    assert "hint: run: invoke fetch" in said
    done.stage("fetch")
    assert wheel.read_bytes() == whole
    done.stage("build")


def test_a_stopped_git_leaves_no_lock_in_the_way(done: Line) -> None:
    git = done.out / "workspace/.git"
    for lock in ("index.lock", "HEAD.lock", "refs/heads/customized.lock"):
        (git / lock).touch()
    (done.out / "tree.json").unlink()
    done.stage("customize")
    assert list(git.rglob("*.lock")) == []


def left_by(line: Line, **holder: object) -> None:
    """Leave what a run tells of itself, as one that was killed does."""
    told = {"pid": 4_000_000, "host": socket.gethostname(), "stage": "build", "since": 0.0} | holder
    (line.out / "lock.json").write_text(json.dumps(told))


@pytest.mark.parametrize("host", [socket.gethostname(), "another-host"])
def test_a_lock_of_a_dead_process_is_no_lock_on_whatever_host_it_was(done: Line, host: str) -> None:
    left_by(done, host=host)
    done.stage("validate")
    assert not (done.out / "lock.json").exists()


def test_a_half_written_holder_is_no_lock(done: Line) -> None:
    (done.out / "lock.json").write_text('{"pid": 4')
    done.stage("validate")


def test_a_lock_that_another_host_holds_is_told_with_that_host(done: Line) -> None:
    with FileLock(done.out / "lock"):
        left_by(done, host="another-host")
        said = done.stage("validate", code=4).stderr
    (done.out / "lock.json").unlink()
    assert "another run works in this checkout: build, process 4000000 on another-host, for " in said
    assert "hint: wait until it has ended; if another-host is down, its file server frees the lock" in said


def test_a_half_written_line_of_the_ledger_is_passed_over_and_spoils_no_other(done: Line) -> None:
    ledger = done.out / "ledger.jsonl"
    with ledger.open("a") as file:
        file.write('{"stage": "bui')
    done.stage("validate")
    assert "validate" in json.loads(ledger.read_text().splitlines()[-1])["stage"]
    assert "is not readable" not in done.stage("status").stderr
