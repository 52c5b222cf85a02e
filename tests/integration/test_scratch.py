"""Folders for work in progress, as two processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.lib.scratch import scratch

HOLD = """
import sys
from pathlib import Path
from scripts.lib.scratch import scratch
with scratch(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("done")
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_gone_at_its_end_also_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), scratch(tmp_path) as folder:
        (folder / "part").touch()
        raise ValueError("no")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_folder_of_a_run_that_lives_is_left_alone_and_that_of_a_killed_one_removed(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        theirs = Path(other.stdout.readline().strip())
        with scratch(tmp_path) as ours:
            assert sorted((tmp_path / "scratch").iterdir()) == sorted([ours, theirs])
        other.kill()
    assert theirs.is_dir()
    with scratch(tmp_path) as ours:
        assert list((tmp_path / "scratch").iterdir()) == [ours]
