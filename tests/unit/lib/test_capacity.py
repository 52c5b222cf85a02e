"""Too little disk or memory is said with the figures, before anything begins."""

from pathlib import Path

import pytest

from scripts.lib import capacity
from scripts.lib.errors import ResourceMissing

HUGE = 10**18


@pytest.fixture(autouse=True)
def _memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "meminfo"
    file.write_text("MemTotal:  8000000 kB\nMemAvailable:  500000 kB\n")
    monkeypatch.setattr(capacity, "MEMORY", file)


def test_enough_is_enough(tmp_path: Path) -> None:
    capacity.require(tmp_path, 1, 512_000_000)


def test_too_little_disk_and_memory_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(ResourceMissing) as missing:
        capacity.require(tmp_path, HUGE, 700_000_000)
    disk, memory = missing.value.problems
    assert disk.endswith(f"of disk are free at {tmp_path}, 1000000000.00 GB are needed")
    assert memory == "512 MB of memory are free, 700 MB are needed"
    assert missing.value.exit_code == 4


def test_a_folder_on_another_machine_is_not_asked(tmp_path: Path) -> None:
    capacity.require(tmp_path / "not-here", HUGE, 1)


def test_a_system_that_does_not_tell_its_memory_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "MEMORY", tmp_path / "nothing")
    capacity.require(tmp_path, 1, HUGE)
