"""Command lines of stages."""

import shlex

from scripts.lib.commands.stage import stage


def words(*flags: str) -> list[str]:
    return ["-m", "scripts.env", *flags]


def test_flags_that_say_nothing_are_left_out() -> None:
    assert shlex.split(stage("env", init=False, product="", from_=[]))[1:] == words()


def test_a_flag_of_several_values_is_given_once_for_each() -> None:
    line = stage("env", init=True, from_=["a b", "c"], product="tiny")
    assert shlex.split(line)[1:] == words("--init", "--from", "a b", "--from", "c", "--product", "tiny")
