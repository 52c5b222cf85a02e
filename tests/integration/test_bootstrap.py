"""scripts/bootstrap on machines that lack something. A whole bare machine is not tested here, for it takes minutes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCKER = """
[ -e "${0%/bin/*}/started" ] || { echo 'no engine' >&2; exit 1; }
echo 26.1.5 buildx compose
"""
DOCKERD = """
here=${0%/bin/*}
if [ "$1" = --version ]; then echo "Docker version 26.1.5"; exit; fi
for file in "$here"/run/docker.pid "$here"/run/docker/containerd/containerd.pid; do
  [ ! -e "$file" ] || echo "$file" >> "$here/found"
done
echo yes > "$here/started"
sleep 5
"""
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


def bootstrap(place: Path, *argv: str, **env: str) -> "subprocess.CompletedProcess[str]":
    script = [str(place / "bin/bash"), str(place / "scripts/bootstrap"), *argv]
    return subprocess.run(script, env={"PATH": str(place / "bin")} | env, capture_output=True, text=True, check=False)


def program(place: Path, name: str, text: str) -> None:
    """Give the machine a program."""
    path = place / "bin" / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def with_engine(bare: Path) -> Path:
    """A machine with everything but a running engine; starting that notes which files of numbers it found."""
    for name in ("cut", "rm", "sleep", "grep"):
        (bare / "bin" / name).symlink_to(shutil.which(name) or name)
    for name in ("git", "mmdebstrap"):
        program(bare, name, "exit 0")
    program(bare, "id", "echo 0")
    program(bare, "setsid", 'exec "$@"')
    program(bare, "docker", DOCKER)
    program(bare, "dockerd", DOCKERD)
    (bare / ".venv/bin").mkdir(parents=True)
    (bare / ".venv/bin/python").symlink_to(sys.executable)
    stamp = f'{{ cat "{bare}/requirements.txt"; "{bare}/.venv/bin/python" -V; echo "{bare}/.venv"; }} | cksum'
    subprocess.run([bare / "bin/bash", "-c", f"{stamp} > {bare}/.venv/stamp"], check=True)
    (bare / "run/docker/containerd").mkdir(parents=True)
    return bare


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


def start(place: Path) -> "subprocess.CompletedProcess[str]":
    return bootstrap(place, DOCKERD_RUN=str(place / "run"), DOCKERD_LOG=str(place / "dockerd.log"))


@pytest.mark.skipif(Path("/run/systemd/system").is_dir(), reason="systemd starts the engine here")
def test_numbers_of_an_engine_that_ended_do_not_keep_the_next_from_starting(with_engine: Path) -> None:
    for name in ("docker.pid", "docker/containerd/containerd.pid"):
        (with_engine / "run" / name).write_text(str(os.getpid()))  # a process that is no engine
    done = start(with_engine)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("left by an engine that ended") == 2
    assert not (with_engine / "found").exists()


@pytest.mark.skipif(Path("/run/systemd/system").is_dir(), reason="systemd starts the engine here")
def test_an_engine_that_ends_before_it_answers_is_started_again(with_engine: Path) -> None:
    too_slow = 'if [ "$1" != --version ] && [ ! -e "$here/tried" ]; then echo > "$here/tried"; exit 1; fi\n'
    program(with_engine, "dockerd", DOCKERD.replace("if [", f"{too_slow}if [", 1))
    done = start(with_engine)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("ended before it answered") == 1


@pytest.mark.skipif(Path("/run/systemd/system").is_dir(), reason="systemd starts the engine here")
def test_an_engine_that_always_ends_is_told_with_its_last_words(with_engine: Path) -> None:
    program(with_engine, "dockerd", DOCKERD.replace('echo yes > "$here/started"', "echo a bad daemon.json; exit 1"))
    done = start(with_engine)
    assert done.returncode == 4
    assert done.stderr.count("ended before it answered") == 3
    assert "a bad daemon.json\n" in done.stderr
    assert "the Docker Engine ended each time that it was started\nhint: see the lines above" in done.stderr


@pytest.mark.skipif(Path("/run/systemd/system").is_dir(), reason="systemd starts the engine here")
def test_the_number_of_an_engine_that_lives_is_left_to_it(with_engine: Path) -> None:
    (with_engine / "dockerd").symlink_to(shutil.which("sleep") or "sleep")
    with subprocess.Popen([str(with_engine / "dockerd"), "60"]) as living:
        try:
            (with_engine / "run/docker.pid").write_text(str(living.pid))
            done = start(with_engine)
        finally:
            living.kill()
    assert "left by" not in done.stderr
    assert (with_engine / "found").read_text().split() == [str(with_engine / "run/docker.pid")]
