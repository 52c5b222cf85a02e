"""How commands are told; what they do is seen in tests/integration/test_shell.py."""

from pathlib import Path

import pytest

from scripts.lib.shell import TAIL, echo, failed


def test_an_echoed_command_can_be_pasted() -> None:
    assert echo(["git", "commit", "-m", "it's here", Path("/a b")]) == """git commit -m 'it'"'"'s here' '/a b'"""


def test_a_failed_command_tells_its_last_lines_and_its_exit_code() -> None:
    failure = failed(["tool", "x"], 3, "\n".join(f"line {n}" for n in range(100)), "look")
    assert failure.problems[0] == "tool x ended with exit code 3"
    assert failure.problems[1:] == tuple(f"  line {n}" for n in range(100 - TAIL, 100))
    assert (failure.exit_code, failure.hint) == (10, "look")


def test_empty_lines_of_a_failed_command_are_not_told() -> None:
    assert failed(["tool"], 1, "a\n\n  \nb\n", "").problems[1:] == ("  a", "  b")


@pytest.mark.parametrize("words", ["write error: No space left on device", "fatal: write error. Out of diskspace"])
def test_a_command_that_found_no_room_is_told_as_such(words: str) -> None:
    failure = failed(["tool"], 1, f"a\n{words}\n", "look")
    assert failure.problems[-1] == f"  {words}"
    assert (failure.exit_code, failure.hint.split()[0]) == (4, "free")
