"""Files of settings: how they are read and written."""

import pytest

from scripts.lib import env_file


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=value", "value"),
        ("  NAME = value ", "value"),
        ("export NAME=value", "value"),
        ("NAME=a b  # why", "a b"),
        ("NAME=a#b", "a#b"),
        ("NAME=", ""),
        ("NAME='a $b # c'", "a $b # c"),
        ('NAME="a # b"', "a # b"),
        ('NAME="say \\"a\\""', 'say "a"'),
        ("NAME='a' # why", "a"),
        ("NAME=CN=reader,DC=example", "CN=reader,DC=example"),
    ],
)
def test_a_value_is_read_as_compose_reads_it(line: str, value: str) -> None:
    found = env_file.parse(f"# a comment\n\n#LEFT_OUT=1\n{line}\n")
    assert (found.values, found.lines, found.problems) == ({"NAME": value}, {"NAME": 4}, ())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("NAME", "1: is not NAME=value"),
        ("A=1\n2B=3", "2: is not NAME=value"),
        ("A=1\nB=2\nA=3", "3: A stands in line 1 already"),
        ("A='open", "1: A begins with ' and does not end with it"),
        ('A="x" y', '1: A begins with " and does not end with it'),
        ("A=pa$word", "1: A holds $, which compose replaces: put the value in single quotes"),
        ('A="pa$word"', "1: A holds $, which compose replaces: put the value in single quotes"),
    ],
)
def test_what_is_no_setting_is_told_with_its_line(text: str, problem: str) -> None:
    assert env_file.parse(text).problems == (problem,)


@pytest.mark.parametrize("value", ["plain", "a b", "pa$word", "x # y", 'say "a"', "it's", "https://a/?q=<query>", "#1"])
def test_what_is_written_reads_back(value: str) -> None:
    found = env_file.parse(f"A={env_file.worded(value)}\n")
    assert (found.values["A"], found.problems) == (value, ())


def test_a_template_knows_what_it_leaves_out() -> None:
    assert env_file.names("# A=1 is a comment\nB=\n#C=2\n# D\n") == ["B", "C"]


def test_a_template_is_filled_and_its_explanations_stay() -> None:
    text = "# Signs.\nSECRET=\n#C=2\nD=4\n"
    assert env_file.fill(text, {"SECRET": "s"}.get) == "# Signs.\nSECRET=s\n#C=2\nD=4\n"


@pytest.mark.parametrize(
    ("text", "after"), [("A=1\nB=2\n", "A=x\nB=2\n"), ("B=2", "B=2\nA=x\n"), ("#A=1\n", "#A=1\nA=x\n")]
)
def test_one_setting_is_put_where_it_stands_or_at_the_end(text: str, after: str) -> None:
    assert env_file.put(text, "A", "x") == after
