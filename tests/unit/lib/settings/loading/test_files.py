"""A file of settings: what is no YAML, or none of its kind, is told with its line."""

from pathlib import Path

import pydantic
import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.loading import load
from scripts.lib.settings.steps import StepsFile
from tests.unit.lib.settings.loading.conftest import STEP, problems


def test_sound_settings_are_frozen(written: Path) -> None:
    written.write_text(STEP)
    step = load(written, StepsFile).steps[0]
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        step.why = "another"  # type: ignore[misc]


def test_a_wrong_entry_is_told_once_and_not_as_a_missing_one_too(written: Path) -> None:
    assert problems(written, StepsFile, STEP.replace("find: old", "find: 3")) == [
        "steps[0].alternatives[0].find: must be a text, in quotes where YAML reads something else (it is 3)"
    ]


def test_every_problem_of_a_file_is_told_at_once(written: Path) -> None:
    text = STEP.replace("path: page.html", "path: ../page.html").replace("why: a reason", "whi: a reason")
    places = [problem.partition(": ")[0] for problem in problems(written, StepsFile, text)]
    assert sorted(places) == ["steps[0].path", "steps[0].whi", "steps[0].why"]


def test_a_file_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "steps.yaml").write_text(STEP)
    with pytest.raises(SettingsInvalid, match="there is no such file") as caught:
        load(tmp_path / "step.yaml", StepsFile)
    assert caught.value.hint == "did you mean steps.yaml?"


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"cannot be read: Is a directory"):
        load(tmp_path, StepsFile)


@pytest.mark.parametrize("text", ["", "# a comment alone\n", "---\n"])
def test_an_empty_file_is_told(written: Path, text: str) -> None:
    assert problems(written, StepsFile, text) == ["is empty"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("steps:\n  - [\n", ":3:1: did not find expected node content"),
        ("steps:\n\t- a\n", ":2:1: found character that cannot start any token"),
        ("steps:\n  - id: a\n    id: b\n", ":3:5: the key 'id' stands twice"),
        ("steps: *unknown\n", ":1:8: found undefined alias"),
        ("? [a, b]\n: c\n", ":1:3: a key must be a text"),
        (b"steps: \x00\n", ":1:8: not a text file in UTF-8: control characters are not allowed"),
        (b"a: b\nsteps: \xe9\n", ":2:8: not a text file in UTF-8:"),
    ],
)
def test_bad_yaml_is_told_with_line_and_column(written: Path, text: str | bytes, told: str) -> None:
    assert [problem.startswith(told) for problem in problems(written, StepsFile, text)] == [True]


def test_yaml_cannot_run_code(written: Path) -> None:
    assert "could not determine a constructor" in problems(written, StepsFile, "steps: !!python/name:os.system x\n")[0]


def test_a_list_where_keys_belong_is_told(written: Path) -> None:
    assert problems(written, StepsFile, "- steps\n") == ["must hold keys and values"]
    assert problems(written, StepsFile, "steps: [text]\n") == ["steps[0]: must hold keys and values (it is 'text')"]
