"""scripts/bootstrap on machines that lack something. A whole bare machine is not tested here, for it takes minutes."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASIC = ("bash", "cat", "cksum", "dirname", "id", "sed", "tail", "uname")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout whose `bin` is all that its machine has."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/bootstrap", tmp_path / "scripts")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    (tmp_path / "bin").mkdir()
    for name in BASIC:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or name)
    return tmp_path


def bootstrap(place: Path, *argv: str) -> "subprocess.CompletedProcess[str]":
    script = [str(place / "bin/bash"), str(place / "scripts/bootstrap"), *argv]
    return subprocess.run(script, env={"PATH": str(place / "bin")}, capture_output=True, text=True, check=False)


def test_a_check_names_everything_that_is_missing_and_changes_nothing(bare: Path) -> None:
    before = sorted(bare.rglob("*"))
    done = bootstrap(bare, "--check")
    assert done.returncode == 4
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [
        "missing  Python >= 3.11",
        "missing  .venv",
        "missing  git",
        "missing  Docker Engine >= 23 with buildx and compose v2",
        "absent   mmdebstrap",
    ]
    assert sorted(bare.rglob("*")) == before


def test_without_a_package_manager_it_says_what_to_install(bare: Path) -> None:
    done = bootstrap(bare, "invoke", "build")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "bootstrap: git is not installed\nhint: install git, then run scripts/bootstrap again\n"


def test_without_a_python_it_says_which(bare: Path) -> None:
    (bare / "bin/git").symlink_to("/bin/true")
    old = bare / "bin/python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = bootstrap(bare)
    assert done.returncode == 4
    assert done.stderr.startswith("bootstrap: no Python >= 3.11 with venv is here\nhint: install it")


def test_an_unknown_option_is_not_taken_for_a_command(bare: Path) -> None:
    done = bootstrap(bare, "--chek")
    assert done.returncode == 4
    assert "does not know the option --chek" in done.stderr


def test_help_is_its_own_first_lines(bare: Path) -> None:
    done = bootstrap(bare, "--help")
    assert done.returncode == 0
    assert "scripts/bootstrap invoke build publish" in done.stdout
