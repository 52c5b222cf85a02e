"""What broke comes with an edit that was tried: to paste into steps.yaml."""

from typing import Any

import pytest
import yaml

from scripts.lib.compat.propose import HERE, HOLDS, transplant
from scripts.lib.settings.steps import Step
from tests.trees import Content, Product, step
from tests.unit.lib.compat.conftest import Looked


def proposed(looked: Looked, content: Content, given: Step) -> tuple[str, Any]:
    """Return where a proposal is to be written, and what."""
    (cell,) = looked(content, given).cells
    assert cell.proposal
    told, _, text = cell.proposal.partition("\n")
    return told, yaml.safe_load(text)


@pytest.mark.parametrize(
    ("find", "replace", "place", "changed"),
    [
        ("<title>A B</title>", "<title>C</title>", "<title>A-B</title>", "<title>C</title>"),
        ("NAME = 'A B';", "NAME = 'C';", "NAME: string = 'A B';", "NAME: string = 'C';"),
        ("get('N', 'A')", "get('N', 'C')", "env.get('N', 'A')", "env.get('N', 'C')"),
        ("A is A", "C is C", "A was A", "C was C"),
        ("<p>x</p>", "<p>x</p><b>y</b>", "<p id=1>x</p>", "<p id=1>x</p><b>y</b>"),
        ("gone", "", "was gone", ""),
    ],
)
def test_what_upstream_changed_is_kept_and_what_the_step_changes_is_changed(
    find: str, replace: str, place: str, changed: str
) -> None:
    assert transplant(find, replace, place) == changed


def test_a_text_that_moved_gets_an_alternative(looked: Looked) -> None:
    one = step("text", path="a.ts", alternatives=[{"find": "const NAME = 'Tiny';", "replace": "const NAME = 'Acme';"}])
    told, edit = proposed(looked, {"a.ts": "x();\nexport const NAME: string = 'Tiny';\n"}, one)
    assert told == "# behind the alternatives of the step"
    assert edit == [
        {"find": "export const NAME: string = 'Tiny';", "replace": "export const NAME: string = 'Acme';"},
    ]


def test_python_that_moved_gets_an_alternative(looked: Looked) -> None:
    one = step("python", path="a.py", alternatives=[{"find": "get('NAME', 'Tiny')", "replace": "get('NAME', 'Acme')"}])
    _, edit = proposed(looked, {"a.py": 'name = read("NAME", "Tiny")\n'}, one)
    assert edit == [{"find": "read('NAME', 'Tiny')", "replace": "read('NAME', 'Acme')"}]


def test_an_ambiguous_anchor_gets_the_count_if_all_are_meant(looked: Looked) -> None:
    one = step("text", path="a.txt", alternatives=[{"find": "Tiny", "replace": "Acme"}])
    told, edit = proposed(looked, {"a.txt": "Tiny\nTiny\n"}, one)
    assert told == "# in place of alternative 1, if all of these places are meant"
    assert edit == [{"find": "Tiny", "replace": "Acme", "count": 2}]


def test_a_key_that_was_renamed_gets_a_step_of_its_own(looked: Looked, product: Product) -> None:
    product.write("brand/texts.yaml", "texts: { hello: { default: Hi } }\n")
    one = step("json", path="t.json", set={"Enter Your Name": "hello"})
    told, edit = proposed(looked, {"t.json": '{"Enter Name": ""}'}, one)
    assert told == f"# behind it, which gets `versions: {HOLDS}`: a step of its own"
    assert (edit[0]["id"], edit[0]["set"], edit[0]["versions"]) == ("it-2", {"Enter Name": "hello"}, HERE)


def test_a_file_that_moved_gets_a_step_of_its_own(looked: Looked) -> None:
    one = step("text", path="src/lib/name.ts", alternatives=[{"find": "Tiny", "replace": "Acme"}])
    _, edit = proposed(looked, {"src/app/name.ts": "Tiny"}, one)
    assert edit[0]["path"] == "src/app/name.ts"


def test_icons_that_are_gone_get_a_range(looked: Looked, product: Product) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    product.write("brand/logo.svg", drawing)
    icons = [{"path": f"{name}.png", "format": "png", "size": 16} for name in ("a", "b")]
    told, edit = proposed(looked, {"a.png": b""}, step("image", icons=icons))
    assert told == "# in place of the same icons"
    assert edit == [{"path": "b.png", "format": "png", "size": 16, "versions": HOLDS}]


def test_another_number_of_files_to_remove_is_proposed(looked: Looked) -> None:
    assert proposed(looked, {"a.map": "", "b.map": ""}, step("prune", path="*.map"))[1] == {"count": 2}


def test_a_file_that_upstream_brings_now_is_replaced(looked: Looked, product: Product) -> None:
    product.write("overlay/terms.txt", "ours")
    one = step("overlay", source="overlay/terms.txt", path="terms.txt", replaces=False)
    assert proposed(looked, {"terms.txt": "theirs"}, one)[1] == {"replaces": True}


def test_what_nothing_mends_gets_a_range(looked: Looked) -> None:
    one = step("text", path="a.txt", alternatives=[{"find": "§§§", "replace": "x"}])
    assert proposed(looked, {"a.txt": "other\n"}, one) == (
        "# in the step: it is not for these releases",
        {"versions": HOLDS},
    )


def test_an_end_state_that_upstream_has_already_gets_a_range(looked: Looked) -> None:
    one = step("text", path="a.txt", alternatives=[{"find": "Tiny", "replace": "Acme"}])
    assert proposed(looked, {"a.txt": "Acme\n"}, one)[1] == {"versions": HOLDS}
