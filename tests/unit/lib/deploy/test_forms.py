"""Forms of values, and what values of older files mean."""

import pytest

from scripts.lib.deploy import forms
from scripts.lib.settings.deploy import Variable


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("app.uni.pt", True),
        ("intranet", True),
        ("10.0.0.7", True),
        ("[::1]", True),
        ("xn--bcher-kva.example", True),
        ("", False),
        ("a..b", False),
        ("-a.pt", False),
        ("a_b.pt", False),
        ("300.1.1.1", False),
        ("a.pt/", False),
        ("a.pt:80", False),
        ("https://a.pt", False),
        ("a b", False),
        (f"{'a' * 64}.pt", False),
        (".".join(["a" * 60] * 5), False),
    ],
)
def test_a_host_is_a_name_or_a_number(text: str, is_one: bool) -> None:
    assert forms.is_host(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://app.uni.pt", True),
        ("http://localhost:9099", True),
        ("http://[::1]:9099/a", True),
        ("https://app.uni.pt/base", True),
        ("app.uni.pt", False),
        ("ftp://app.uni.pt", False),
        ("https://", False),
        ("https://app.uni.pt:99999", False),
        ("https://app.uni.pt:0", False),
        ("https://app.uni.pt:x", False),
        ("https://ana:pass@app.uni.pt", False),
        ("https://app.uni.pt?a=1", False),
        ("https://app.uni.pt#a", False),
        ("https://app .uni.pt", False),
        ("http://[::1", False),
    ],
)
def test_an_address_has_a_scheme_and_a_host(text: str, is_one: bool) -> None:
    assert forms.is_url(text) is is_one


def test_what_older_files_say_is_said_anew_step_by_step() -> None:
    known = Variable(translate={"//localhost(?=:|$)": "//outside", "/+$": ""})
    assert forms.translated(known, "http://localhost:1//") == "http://outside:1"
    assert forms.translated(known, "http://localhosts") == "http://localhosts"


def test_a_variable_without_a_form_takes_anything() -> None:
    assert forms.problem(Variable(), "anything at all") is None
