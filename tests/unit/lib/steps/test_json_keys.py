"""JSON steps: the value changes, nothing else does; what is no plain JSON is refused with its place."""

import json
from typing import Any
from unittest.mock import Mock

import pytest

from scripts.lib import json_text, steps
from scripts.lib.files import Changed
from scripts.lib.settings.steps import Step
from tests.trees import Product, step, tree

TEXTS = "texts: {user: {default: Student, pt-PT: 'Estudante “a”', de-DE: Schüler}, mail: {default: ⚙️}}"
LOCALE = "l/{locale}/t.json"
PT = '{\n\t"A": "x",\n\t"Your Name": "Nome",\n\t"Z": ""\n}\n'


@pytest.fixture(autouse=True)
def _texts(product: Product) -> None:
    product.write("brand/texts.yaml", TEXTS)


def keys(path: str = LOCALE, **given: Any) -> Step:
    return step("json", path=path, **{"set": {"Your Name": "user"}} | given)


def one(content: str | bytes, product: Product, **given: Any) -> bytes:
    changed = product.after(keys("a.json", **given), {"a.json": content})["a.json"]
    assert changed is not None
    return changed


def test_each_locale_gets_its_own_text_and_every_other_byte_stays(product: Product) -> None:
    changed = product.after(keys(), {"l/pt-PT/t.json": PT, "l/de-DE/t.json": PT, "l/fr-FR/t.json": PT})
    assert changed == {
        "l/pt-PT/t.json": PT.replace('"Nome"', '"Estudante “a”"').encode(),
        "l/de-DE/t.json": PT.replace('"Nome"', '"Schüler"').encode(),
        "l/fr-FR/t.json": PT.replace('"Nome"', '"Student"').encode(),
    }


@pytest.mark.parametrize(
    "form",
    [
        '{"Your Name":"%s"}',
        '{"Your Name" : "%s" }\n\n',
        '{\r"Your Name": "%s"}'.replace("\r", ""),
        '{"text": "\\"Your Name\\": no", "Your Name":\n    "%s"}',
        '{"x": "{", "y": "Your Name", "Your Name": "%s"}\n',
        '{"inner": {"Your Name": "other"}, "Your Name": "%s"}',
        '{"list": ["Your Name", "b"], "Your Name": "%s", "inner": {"Your Name": "1"}}',
    ],
)
def test_the_right_value_is_found_in_any_form(product: Product, form: str) -> None:
    for old in ("", "Nome", 'with \\"quotes\\" and \\\\', "é"):
        assert one(form % old, product) == (form % "Student").encode()


@pytest.mark.parametrize("value", ["1", "null", "[1, 2]", '{"a": {}}'])
def test_a_value_of_another_kind_is_replaced_whole(product: Product, value: str) -> None:
    assert one(f'{{"Your Name": {value}, "b": 1}}', product) == b'{"Your Name": "Student", "b": 1}'


def test_keys_of_structure_only_are_not_mistaken(product: Product) -> None:
    text = '{"a": ": x", ": ": "old", "b, ": ": y"}'
    assert one(text, product, set={": ": "user"}) == b'{"a": ": x", ": ": "Student", "b, ": ": y"}'


def test_an_ascii_file_with_escapes_stays_ascii(product: Product) -> None:
    assert one(r'{"a": "\u00e9", "Your Name": ""}', product, set={"Your Name": "mail"}) == (
        rb'{"a": "\u00e9", "Your Name": "\u2699\ufe0f"}'
    )


def test_an_escaped_key_is_found(product: Product) -> None:
    assert one(r'{"Your\u0020Name": "x"}', product) == rb'{"Your\u0020Name": "Student"}'


def test_several_keys_and_several_steps_read_a_file_once(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Mock(wraps=json_text.form)
    monkeypatch.setattr("scripts.lib.steps.json_keys.form", read)
    done = Changed(tree({"a.json": PT}))
    list(steps.apply_all([keys("a.json"), keys("a.json", set={"A": "mail", "Z": "user"})], done, product.context))
    assert json.loads(done.changes["a.json"] or b"") == {"A": "⚙️", "Your Name": "Student", "Z": "Student"}
    assert read.call_count == 1


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ('{\n\t"A": "x"\n}\n', '{\n\t"A": "x",\n\t"Your Name": "Student"\n}\n'),
        ('{"A": {"b": 1}}', '{"A": {"b": 1},"Your Name": "Student"}'),
        ("{}", '{"Your Name": "Student"}'),
    ],
)
def test_a_missing_key_is_added_where_the_step_says_so(product: Product, text: str, added: str) -> None:
    assert one(text, product, missing_key="add") == added.encode()


def test_locales_without_their_own_text_are_noted(product: Product) -> None:
    base = tree({f"l/{locale}/t.json": PT for locale in ("pt-PT", "de-DE", "fr-FR", "nl-NL")})
    assert steps.apply(keys(), base, product.context).notes == (
        "2 locales without a text of their own take the default: fr-FR, nl-NL",
    )


def test_a_missing_key_is_told_with_the_nearest_one_and_its_line(product: Product) -> None:
    status, message = product.misfit(keys("a.json"), {"a.json": PT.replace("Your Name", "Your Names")})
    assert status == "moved"
    assert message == "a.json:3: has no key 'Your Name'; nearest is 'Your Names' (95% alike)"


def test_a_key_that_nothing_is_like_is_gone(product: Product) -> None:
    assert product.misfit(keys("a.json"), {"a.json": '{"qqq": ""}'})[0] == "gone"


def test_all_files_that_do_not_fit_are_told_the_hardest_first(product: Product) -> None:
    content = {"l/pt-PT/t.json": "{", "l/de-DE/t.json": PT, "l/fr-FR/t.json": "{}"}
    status, message = product.misfit(keys(), content)
    assert status == "invalid"
    assert [line.split(":")[0] for line in message.split("\n")] == ["l/pt-PT/t.json", "l/fr-FR/t.json"]


def test_a_text_for_a_locale_that_upstream_has_not_is_told(product: Product) -> None:
    status, message = product.misfit(keys(), {"l/pt-PT/t.json": PT, "l/de/t.json": PT})
    assert status == "gone"
    assert "has a text for locale de-DE, of which upstream has no file" in message


@pytest.mark.parametrize(
    ("content", "place", "what"),
    [
        ('{\n"a": 1,\n}', "a.json:3:1:", "is not JSON"),
        ('{"a": "x', "a.json:1:7:", "is not JSON"),
        ("", "a.json:1:1:", "is not JSON"),
        ('{\n "a": 1,\n "a": 2\n}', "a.json:3:2:", "'a' stands twice, first in line 2"),
        ('{"b": {"a": 1, "a": 2}}', "a.json:1:1:", "an inner object has the same key twice"),
        (b'{\n"a": 1,\r\n"b": 2}', "a.json:2:1:", "CRLF"),
        (b'\xef\xbb\xbf{"a": 1}', "a.json:1:1:", "BOM"),
        (b'{"a":\n"\xff"}', "a.json:2:1:", "is not UTF-8"),
        ("[1]", "a.json:1:1:", "no object"),
    ],
)
def test_what_is_no_plain_json_is_invalid_with_its_place(
    product: Product, content: str | bytes, place: str, what: str
) -> None:
    status, message = product.misfit(keys("a.json"), {"a.json": content})
    assert status == "invalid"
    assert message.startswith(place)
    assert what in message


def test_a_file_that_is_gone_is_told_with_the_nearest_path(product: Product) -> None:
    status, message = product.misfit(keys("a/x.json"), {"b/x.json": "{}"})
    assert (status, message) == ("gone", "a/x.json: upstream has no such file; nearest is b/x.json")


def test_verify_sees_a_value_that_is_not_the_steps(product: Product) -> None:
    problems = steps.verify(keys("a.json"), tree({"a.json": PT}), product.context)
    assert problems == ["a.json: the key 'Your Name' has 'Nome' instead of 'Student'"]
    assert steps.verify(keys("a.json"), tree({"a.json": "{"}), product.context)[0].startswith("a.json:1:2:")
