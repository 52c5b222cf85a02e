"""Files of settings: how they are read and written."""

import random
from pathlib import Path

import pytest

from scripts.lib.deploy import env_file
from scripts.lib.errors import SettingsInvalid


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
        (r"NAME='it\'s'", "it's"),
        (r"NAME='x\\'", r"x\\"),
        (r'NAME="x\\"', "x\\"),
        (r'NAME="it\'s \$5 \\ \t \q"', "it\\'s $5 \\ \t \\q"),
        ("NAME=a$$b", "a$b"),
        ("NAME= # no comment", "# no comment"),
        ("NAME=a\t# nor this", "a\t# nor this"),
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
        (r"A='open\'", "1: A begins with ' and does not end with it"),
        (r'A="a\nb"', "1: A holds a line break"),
        (r'A="a\012"', "1: A holds \\0, which compose takes for a number: put the value in single quotes"),
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


def test_whatever_is_written_reads_back() -> None:
    chance = random.Random(7)  # noqa: S311  no secret
    for _ in range(3000):
        value = "".join(chance.choices("ab'\"\\$#{} \t\u00e7=n0", k=chance.randrange(8)))
        found = env_file.parse(f"A={env_file.worded(value)}\n")
        assert (found.values["A"], found.problems) == (value, ())


@pytest.mark.parametrize("value", ["a\nb", "a\r"])
def test_a_value_of_several_lines_is_refused(value: str) -> None:
    with pytest.raises(SettingsInvalid, match="line break"):
        env_file.worded(value)


def test_what_is_left_empty_is_told_from_what_is_to_be_empty() -> None:
    assert env_file.parse("A=\nB=''\nC=c\n").bare == {"A"}


def test_a_file_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.env"
    path.write_text("A=1\n")
    path.chmod(0o644)
    env_file.write(path, "A=2\n")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("A=2\n", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_a_template_knows_what_it_leaves_out() -> None:
    assert env_file.template_values("# A=1 is a comment\nB=\n#C='2'\n# D\n") == {"B": "", "C": "2"}


def test_a_template_is_filled_and_its_explanations_stay() -> None:
    text = "# Signs.\nSECRET=\n#C=2\nD=4\n"
    assert env_file.fill(text, {"SECRET": "s"}.get) == "# Signs.\nSECRET=s\n#C=2\nD=4\n"


@pytest.mark.parametrize(
    ("text", "after"), [("A=1\nB=2\n", "A=x\nB=2\n"), ("B=2", "B=2\nA=x\n"), ("#A=1\n", "#A=1\nA=x\n")]
)
def test_one_setting_is_put_where_it_stands_or_at_the_end(text: str, after: str) -> None:
    assert env_file.put(text, "A", "x") == after
