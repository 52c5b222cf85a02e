"""Python steps: found by syntax, replaced in place, proven by the parser."""

from typing import Any

import pytest

from scripts.lib import steps
from scripts.lib.settings.steps import Step
from tests.trees import Product, step, tree

SUFFIX = "if NAME != 'Tiny':\n    NAME += ' (Tiny)'\n"
ENV = f"import os\n\n# The name\nNAME = os.getenv('NAME', 'Tiny')  # shown\n{SUFFIX}\nPORT = 1\n"


def code(find: str, replace: str, **given: Any) -> Step:
    return step("python", path="env.py", alternatives=[{"find": find, "replace": replace} | given])


def after(product: Product, it: Step, content: str | bytes) -> str:
    return (product.after(it, {"env.py": content})["env.py"] or b"").decode()


def test_an_expression_is_replaced_and_every_other_byte_stays(product: Product) -> None:
    it = code("os.getenv('NAME', 'Tiny')", "os.getenv('NAME', 'Ours')")
    assert after(product, it, ENV) == ENV.replace("'Tiny')  # shown", "'Ours')  # shown")


@pytest.mark.parametrize(
    "worded",
    [
        'if NAME != "Tiny":\n    NAME += " (Tiny)"\n',
        "if NAME != 'Tiny': NAME += ' (Tiny)'  # why\n",
        "if (\n    NAME  # the name\n    != 'Tiny'\n):\n\n    # and\n    NAME += ' ' '(Tiny)'\n",
        "if (NAME != '''Tiny'''):\n\tNAME += ' (Tiny)'\n",
    ],
)
def test_quotes_line_breaks_and_comments_do_not_matter(product: Product, worded: str) -> None:
    assert after(product, code(SUFFIX, ""), ENV.replace(SUFFIX, worded)) == ENV.replace(SUFFIX, "")


def test_removed_statements_take_their_lines_only(product: Product) -> None:
    assert after(product, code(SUFFIX, ""), ENV) == ENV.replace(SUFFIX, "")


def test_statements_within_a_function_are_replaced_with_its_indentation(product: Product) -> None:
    text = "def f():\n\tif a:\n\t\tx = 1\n\t\ty = 2  # kept\n\treturn x\n"
    it = code("x = 1\ny = 2", 'x = """\n  raw\n"""\nif x:\n    y = 3')
    assert after(product, it, text) == (
        'def f():\n\tif a:\n\t\tx = """\n  raw\n"""\n\t\tif x:\n\t\t    y = 3  # kept\n\treturn x\n'
    )


def test_crlf_line_ends_stay(product: Product) -> None:
    assert after(product, code("x = 1", "y = 1\nz = 2"), b"a = 0\r\nx = 1\r\n") == "a = 0\r\ny = 1\r\nz = 2\r\n"


def test_text_before_it_in_other_letters_does_not_shift_the_place(product: Product) -> None:
    assert after(product, code("f(1)", "g(1)"), "x = ('é', f(1))\n") == "x = ('é', g(1))\n"


def test_decorators_belong_to_their_function(product: Product) -> None:
    text = "a = 1\n\n@route('/x')\ndef f():\n    pass\n\nb = 2\n"
    assert after(product, code('@route("/x")\ndef f():\n    pass', ""), text) == "a = 1\n\n\nb = 2\n"


def test_an_expression_gets_parentheses_where_it_needs_them(product: Product) -> None:
    assert after(product, code("a", "b + c"), "x = a * 2\n") == "x = (b + c) * 2\n"


def test_a_call_that_is_a_statement_can_be_removed(product: Product) -> None:
    assert after(product, code("app.include(x)", ""), "a = 1\napp.include(x)\nb = 2\n") == "a = 1\nb = 2\n"


def test_the_count_is_exact(product: Product) -> None:
    assert after(product, code("f(1)", "g(1)", count=2), "f(1)\nf( 1 )\n") == "g(1)\ng(1)\n"


def test_a_doubled_anchor_is_ambiguous_with_all_lines(product: Product) -> None:
    assert product.misfit(code("f(1)", "g(1)"), {"env.py": "f(1)\nx = f(1)\n"}) == (
        "ambiguous",
        "env.py:1: 'f(1)' stands 2 times, not 1 (lines 1, 2)",
    )


def test_a_moved_anchor_is_told_with_its_line_and_likeness(product: Product) -> None:
    status, message = product.misfit(code(SUFFIX, ""), {"env.py": ENV.replace("+=", "=")})
    assert status == "moved"
    assert message.startswith("env.py:5: ")
    assert "nearest is line 5 (99% alike)" in message


def test_an_anchor_that_is_gone_is_told(product: Product) -> None:
    status, message = product.misfit(code("zq(7)", "g(1)"), {"env.py": "a = 1\n"})
    assert (status, message) == ("gone", "env.py: 'zq(7)' does not stand there, nor anything that is like it")


def test_an_end_state_that_is_already_upstream_is_told(product: Product) -> None:
    status, message = product.misfit(code("f(1)", "g(1)"), {"env.py": "a\nx = g(1)\n"})
    assert (status, message) == ("gone", "env.py:2: the end state is already upstream; give the step a version range")


def test_a_target_that_no_longer_parses_is_invalid_with_its_line(product: Product) -> None:
    status, message = product.misfit(code("a", "b"), {"env.py": "x = 1\nprint 'a'\n"})
    assert status == "invalid"
    assert message.startswith("env.py:2: is not Python: ")


def test_a_search_that_is_no_python_is_invalid(product: Product) -> None:
    status, message = product.misfit(code("if x", ""), {"env.py": "x = 1\n"})
    assert status == "invalid"
    assert message.startswith("'if x' or its replacement is not Python: ")


@pytest.mark.parametrize("text", ["if a:\n    f(1)\n", "a = 1; f(1); b = 2\n"])
def test_an_edit_that_would_break_the_file_is_refused_with_its_line(product: Product, text: str) -> None:
    status, message = product.misfit(code("f(1)", ""), {"env.py": text})
    assert status == "invalid"
    assert message.endswith("the file would not be the Python that is meant")
    assert message.startswith(f"env.py:{1 + text.count(chr(10), 0, text.index('f(1)'))}: ")


def test_verify_sees_code_that_still_stands(product: Product) -> None:
    assert steps.verify(code(SUFFIX, ""), tree({"env.py": ENV}), product.context) != []
    assert steps.verify(code("a", "b"), tree({"env.py": "x = (\n"}), product.context) == [
        "env.py:1: is not Python: '(' was never closed"
    ]
