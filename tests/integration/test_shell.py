"""Processes as lib/shell.py runs them."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.lib import shell
from scripts.lib.errors import CommandFailed, ResourceMissing
from scripts.lib.secret import Secret

PASSWORD = Secret("hunter2")
TELL = """import os, sys
print('it is', os.environ['PASSWORD'], sys.stdin.read())
print(os.environ['PASSWORD'], file=sys.stderr)"""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_output_and_errors_come_apart() -> None:
    done = shell.run(["sh", "-c", "echo out; echo err >&2"])
    assert (done.code, done.output, done.errors) == (0, "out\n", "err\n")


def test_an_exit_code_that_is_not_accepted_is_a_failure_with_what_was_said() -> None:
    with pytest.raises(CommandFailed) as caught:
        shell.run(["sh", "-c", "echo 'no space left' >&2; exit 7"], hint="make room")
    assert caught.value.problems[0].endswith("ended with exit code 7")
    assert caught.value.problems[1:] == ("  no space left",)
    assert caught.value.hint == "make room"


def test_an_accepted_exit_code_is_told() -> None:
    assert shell.run(["sh", "-c", "exit 7"], accept=(0, 7)).code == 7


def test_a_program_that_is_not_installed_is_named() -> None:
    with pytest.raises(ResourceMissing, match="the program no-such-tool is not installed"):
        shell.run(["no-such-tool"])


def test_a_missing_folder_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(ResourceMissing, match=r"the folder .*gone does not exist"):
        shell.run(["true"], cwd=tmp_path / "gone")


def test_a_command_past_its_time_is_ended() -> None:
    with pytest.raises(CommandFailed, match="did not end within 1 s"):
        shell.run(["sleep", "60"], timeout=0.6)


def test_a_secret_reaches_the_program_and_nobody_else() -> None:
    code = "import os, sys; sys.exit(os.environ['PASSWORD'] != 'hunter2' or sys.stdin.read() != 'token')"
    assert shell.run(python(code), env={"PASSWORD": PASSWORD}, stdin=Secret("token")).code == 0
    told = shell.run(python(TELL), env={"PASSWORD": PASSWORD}, stdin=Secret("token"))
    assert told.output == "it is [REDACTED] [REDACTED]\n"
    assert told.errors == "[REDACTED]\n"


def test_a_failure_tells_no_secret() -> None:
    with pytest.raises(CommandFailed) as caught:
        shell.run(python(TELL + "\nsys.exit(1)"), env={"PASSWORD": PASSWORD}, stdin=b"")
    assert "hunter2" not in str(caught.value)
    assert "[REDACTED]" in str(caught.value)


def test_a_followed_command_tells_each_line_and_keeps_the_log_without_secrets(tmp_path: Path) -> None:
    lines: list[str] = []
    log = tmp_path / "tool.log"
    done = shell.follow(python(TELL), log=log, on_line=lines.append, env={"PASSWORD": PASSWORD})
    assert sorted(lines) == ["[REDACTED]", "it is [REDACTED] "]
    assert sorted(done.output.splitlines()) == sorted(lines)
    assert log.read_text().startswith(f"$ {shell.echo(python(TELL))}\n")
    assert "hunter2" not in log.read_text()


def test_a_followed_command_may_say_much(tmp_path: Path) -> None:
    done = shell.follow(["seq", "5000"], log=tmp_path / "log")
    assert done.output.splitlines() == [str(number) for number in range(4901, 5001)]
    assert (tmp_path / "log").read_text().count("\n") == 5001


def test_a_followed_command_that_fails_tells_its_last_lines_and_where_all_are(tmp_path: Path) -> None:
    log = tmp_path / "tool.log"
    with pytest.raises(CommandFailed) as caught:
        shell.follow(["sh", "-c", "seq 100; exit 3"], log=log)
    assert caught.value.problems[-1] == "  100"
    assert len(caught.value.problems) == shell.TAIL + 1
    assert caught.value.hint == f"the full log is {log}"
    assert "\n1\n2\n" in log.read_text()


def test_an_interrupted_command_is_ended(tmp_path: Path) -> None:
    seen: list[int] = []

    def interrupt(line: str) -> None:
        seen.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shell.follow(["sh", "-c", "echo $$; exec sleep 60"], log=tmp_path / "log", on_line=interrupt)
    with pytest.raises(ProcessLookupError):
        os.kill(seen[0], 0)


def test_a_command_that_does_not_heed_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shell, "END_SECONDS", 0.2)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        shell.follow(
            python("import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"),
            log=tmp_path / "log",
            on_line=interrupt,
        )
    assert time.monotonic() - began < 10


def test_a_program_ends_with_the_process_that_started_it_however_that_ends(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from scripts.lib import shell
log = Path({str(tmp_path / "log")!r})
shell.follow(["sh", "-c", "echo $$; exec sleep 60"], log=log, on_line=lambda line: print(line, flush=True))
"""
    with subprocess.Popen(python(code), stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        child = int(starter.stdout.readline())
        starter.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{child}").exists()


def test_a_watched_command_is_ended_by_what_the_watch_raises() -> None:
    looks: list[float] = []

    def watch() -> None:
        looks.append(time.monotonic())
        if len(looks) == 3:
            raise CommandFailed("the store is unhealthy", hint="")

    began = time.monotonic()
    with pytest.raises(CommandFailed, match="the store is unhealthy"):
        shell.run(["sleep", "60"], watch=watch)
    assert time.monotonic() - began < 30
    assert looks[1] - looks[0] > shell.WATCH_SECONDS / 2


def test_a_watched_command_gets_all_its_input_and_all_that_it_says_comes() -> None:
    slow = python("import sys, time; time.sleep(1); data = sys.stdin.read(); print(data, end='')")
    given, looks = "line\n" * 200_000, [0]

    def watch() -> None:
        looks[0] += 1

    assert shell.run(slow, stdin=given.encode(), watch=watch).output == given
    assert looks[0] > 0


def test_a_watched_command_has_its_time_too() -> None:
    with pytest.raises(CommandFailed, match="did not end within 1 s"):
        shell.run(["sleep", "60"], timeout=0.6, watch=lambda: None)
