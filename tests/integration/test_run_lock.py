"""Two runs at once in one checkout, as two processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.lib.checkout import Checkout
from scripts.lib.errors import ResourceMissing
from scripts.lib.run_lock import run_lock

HOLD = """
import sys
from pathlib import Path
from scripts.lib.checkout import Checkout
from scripts.lib.run_lock import run_lock
with run_lock(Checkout(root=Path(sys.argv[1]), product="tiny", cache=Path(sys.argv[1])), "build"):
    print("holds", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path) -> Checkout:
    return Checkout(root=tmp_path, product="tiny", cache=tmp_path)


@contextmanager
def another_run(place: Checkout) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the lock of `place` until the block ends."""
    argv = [sys.executable, "-c", HOLD, str(place.root)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "holds\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_run_is_told_who_holds_the_lock_and_for_how_long(place: Checkout) -> None:
    with another_run(place) as other, pytest.raises(ResourceMissing) as caught, run_lock(place, "publish"):
        pytest.fail("two runs at once")
    assert caught.value.exit_code == 4
    (problem,) = caught.value.problems
    assert problem.startswith(
        f"another run works in this checkout: build, process {other.pid} on {os.uname().nodename}, for "
    )
    assert problem.endswith(" s")


def test_a_killed_run_leaves_no_lock(place: Checkout) -> None:
    with another_run(place) as other:
        other.kill()
        other.wait()
        with run_lock(place, "publish"):
            assert '"stage": "publish"' in (place.out / "lock.json").read_text()


def test_two_products_do_not_wait_for_each_other(place: Checkout) -> None:
    with another_run(place), run_lock(Checkout(root=place.root, product="other", cache=place.cache), "build"):
        assert (place.root / "out/other/lock.json").exists()


def test_nothing_tells_of_a_run_that_has_ended(place: Checkout) -> None:
    with run_lock(place, "build"):
        pass
    assert not (place.out / "lock.json").exists()
