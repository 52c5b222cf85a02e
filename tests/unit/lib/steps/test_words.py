"""Words steps: every place that people read changes, and nothing that programs read."""

from typing import Any

import pytest

from scripts.lib import steps
from scripts.lib.settings.steps import Step
from tests.trees import Product, step, tree

LOCALE = "l/{locale}/t.json"
PYTHON = '''# Tiny covers this
"""Tiny is documented."""
NAME = 'Tiny'
SAID = f"{NAME}: no answer from Tiny" if NAME != "Big" else """a
Tiny thing"""


def tiny():
    """Tiny again."""
    return {'X-Tiny-Id': Tiny, "of": "#Tiny"}  # Tiny
'''


def words(path: str = "a.py", **given: Any) -> Step:
    return step("words", path=path, **{"replace": {"Tiny": "Acme"}} | given)


def one(content: str, product: Product, path: str = "a.json", **given: Any) -> str:
    changed = product.after(words(path, **given), {path: content})[path]
    assert changed is not None
    return changed.decode()


def test_python_strings_change_and_comments_documentation_and_names_stay(product: Product) -> None:
    changed = one(PYTHON, product, "a.py", replace={"Tiny": "Acme"})
    assert changed == (
        PYTHON.replace("NAME = 'Tiny'", "NAME = 'Acme'")
        .replace("from Tiny", "from Acme")
        .replace("\nTiny thing", "\nAcme thing")
        .replace("'X-Tiny-Id'", "'X-Acme-Id'")
        .replace('"#Tiny"', '"#Acme"')
    )


def test_a_longer_word_wins(product: Product) -> None:
    replace = {"Tiny": "Acme", "Tiny (of us)": "Bigger"}
    assert one('{"a": "Tiny (of us), Tiny"}', product, replace=replace) == '{"a": "Bigger, Acme"}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"Tiny": "x Tiny y Tiny"}', '{"Tiny": "x Acme y Acme"}'),
        ('{"a":{"Tiny": ["Tiny", {"b": "Tiny"}]}}', '{"a":{"Tiny": ["Acme", {"b": "Acme"}]}}'),
        ('{"a": "\\"Tiny\\" \\\\", "b\\\\": "Tiny"}\n', '{"a": "\\"Acme\\" \\\\", "b\\\\": "Acme"}\n'),
        ('{\n\t"a" :\n\t\t"é Tiny-ê"\n}', '{\n\t"a" :\n\t\t"é Acme-ê"\n}'),
        ('{"by Tiny": "", "a": "Tiny"}', '{"by Tiny": "", "a": "Acme"}'),
    ],
)
def test_json_values_change_and_keys_stay(product: Product, before: str, after: str) -> None:
    assert one(before, product) == after


def test_an_empty_value_that_is_shown_as_its_key_is_set(product: Product) -> None:
    before = '{"by \\"Tiny\\"": "", "kept Tiny": "", "Big": ""}'
    after = '{"by \\"Tiny\\"": "by \\"Acme\\"", "kept Tiny": "", "Big": ""}'
    assert one(before, product, empty_shows_key=True, keep=["kept *"]) == after


def test_kept_keys_keep_their_values_in_every_file(product: Product) -> None:
    files = {"l/pt/t.json": '{"by": "de Tiny", "a": "Tiny"}', "l/de/t.json": '{"by": "von Tiny", "a": "nichts"}'}
    changed = product.after(words(LOCALE, keep=["by"]), files)
    assert changed == {"l/pt/t.json": b'{"by": "de Tiny", "a": "Acme"}'}


@pytest.mark.parametrize("content", ['{"Tiny": "x"}', '{"a": ""}', "{}"])
def test_words_that_stand_in_no_value_are_gone(product: Product, content: str) -> None:
    assert product.misfit(words("a.json"), {"a.json": content}) == (
        "gone",
        "a.json: 'Tiny' stands in no text that people read",
    )


def test_a_file_that_is_not_sound_is_told_with_its_place(product: Product) -> None:
    status, message = product.misfit(words("a.json"), {"a.json": '{"a": "Tiny",\n}'})
    assert (status, message.partition(" ")[0]) == ("invalid", "a.json:2:1:")
    status, message = product.misfit(words("a.py"), {"a.py": "x = 1\ny = 'Tiny' +\n"})
    assert (status, message.partition(" ")[0]) == ("invalid", "a.py:2:")


def test_a_word_that_comes_back_is_found_by_its_line(product: Product) -> None:
    problems = steps.verify(words(), tree({"a.py": "x = 1\ny = 'Tiny'\n"}), product.context)
    assert problems == ["a.py:2: 1 places still have the words of the step"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"replace": {"": "x"}}, "may not be empty"),
        ({"replace": {"Tiny": 'a"b'}}, "nor hold quotes"),
        ({"replace": {"Tiny": "My Tiny"}}, "none of the words"),
        ({"path": "a.svelte"}, "neither .json nor .py"),
    ],
)
def test_words_that_would_mean_something_else_are_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        words(**given)
