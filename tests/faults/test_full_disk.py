"""Disks that are full, really: a small file system in a mount namespace of its own, or the kernel's full device."""

import io
import os
import shlex
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.faults.conftest import half_done
from tests.integration.test_line import ROOT, Line

LARGE = 2 << 20
TRY = f"set +e; {shlex.quote(sys.executable)} -m scripts.fetch; echo code $?; find {{disk}} -name '*.part*'; set -e"
SCRIPT = """
mount -t tmpfs -o size={size} none {disk}
{a_try}
mount -o remount,size=64m {disk}
{a_try}
"""


@pytest.fixture(scope="module")
def line(line: Line) -> Line:
    """A line whose upstream has one large file."""
    archive = line.root / "upstream/tiny-1.0.0.tar.gz"
    with tarfile.open(archive) as old:
        members = [(member, (old.extractfile(member) or io.BytesIO()).read()) for member in old]
    large = tarfile.TarInfo("tiny-1.0.0/large")
    large.size = LARGE
    with tarfile.open(archive, "w:gz") as new:
        for member, data in [*members, (large, os.urandom(LARGE))]:
            new.addfile(member, io.BytesIO(data))
    line.stage("update")
    return line


def fetch_twice(line: Line, disk: Path, size: str) -> str:
    """Fetch with `disk` on a file system of `size`, then with room; return all that was said.

    The file system is seen by these processes alone and goes with them.
    """
    disk.mkdir(parents=True, exist_ok=True)
    script = SCRIPT.format(size=size, disk=shlex.quote(str(disk)), a_try=TRY.format(disk=shlex.quote(str(disk))))
    argv = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-ec", script]
    done = subprocess.run(argv, cwd=ROOT, env=line.variables, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert [text for text in done.stdout.splitlines() if text.startswith(("code", "/"))] == ["code 4", "code 0"], said
    return said


def test_a_cache_without_room_is_named(line: Line) -> None:
    said = fetch_twice(line, line.cache, "1m")
    assert f"fetch: the disk of the cache {line.cache} is full" in said
    assert "hint: free some, or set CACHE" in said


@pytest.mark.parametrize(
    ("size", "says"),
    [("1m", "the disk is full: sources.upstream could not be unpacked"), ("3m", "Out of diskspace")],
    ids=["unpacking", "committing"],
)
def test_a_checkout_without_room_is_told(line: Line, size: str, says: str) -> None:
    said = fetch_twice(line, line.out, size)
    assert says in said
    assert "hint: free " in said


def test_a_record_that_finds_no_room_is_told_and_written_by_the_next_run(line: Line) -> None:
    line.stage("fetch")
    part = line.out / "validation.part"
    part.symlink_to("/dev/full")
    said = line.stage("validate", code=4).stderr
    assert "validate: the disk is full" in said
    assert "hint: free some" in said
    assert not (line.out / "validation.json").exists()
    part.unlink()
    line.stage("validate")
    assert half_done(line) == []


def test_a_ledger_that_finds_no_room_fails_no_stage(line: Line) -> None:
    ledger = line.out / "ledger.jsonl"
    kept = ledger.rename(line.out / "kept")
    ledger.symlink_to("/dev/full")
    assert "this run is not in the ledger: [Errno 28]" in line.stage("validate").stderr
    ledger.unlink()
    kept.rename(ledger)
