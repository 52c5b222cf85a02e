"""What a customization depends on, and how misfits are worded."""

from pathlib import Path

import pytest

from scripts.lib import customization
from scripts.lib.brand_texts import texts
from scripts.lib.errors import GateRefused
from scripts.lib.records import Finding, Source
from scripts.lib.settings.brand import BrandFile
from scripts.lib.settings.selection import Selection, select
from scripts.lib.settings.steps import JsonStep
from tests.tiny import make_checkout
from tests.trees import Product, step, tree

SOURCE = Source(inputs="i", version="1.0.0", sources={}, licence=None, base="b", points={})


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """Product tiny in a checkout of its own."""
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    return select("tiny", "test")


@pytest.mark.parametrize(
    "path", ["steps.yaml", "brand/texts.yaml", "patches/about.patch", "overlay/terms.txt", "overlay/NOTE.md", "new"]
)
def test_every_file_of_the_product_is_an_input(tiny: Selection, path: str) -> None:
    before = customization.inputs(tiny, SOURCE)
    with (tiny.checkout.customizations / path).open("a") as file:
        file.write("#\n")
    assert customization.inputs(tiny, SOURCE) != before


def test_the_lock_is_no_input_but_the_source_is(tiny: Selection) -> None:
    before = customization.inputs(tiny, SOURCE)
    tiny.checkout.lock_file.write_text("sources: {}\n")
    assert customization.inputs(tiny, SOURCE) == before
    assert customization.inputs(tiny, SOURCE.model_copy(update={"base": "other"})) != before


def test_what_python_keeps_of_our_modules_is_no_input(tiny: Selection) -> None:
    before = customization.inputs(tiny, SOURCE)
    kept = tiny.checkout.customizations / "functions/__pycache__/chats.cpython-311.pyc"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"compiled")
    assert customization.inputs(tiny, SOURCE) == before


def test_every_misfit_is_told_with_all_its_lines() -> None:
    findings = (
        Finding(step="fits", status="ok"),
        Finding(step="old", status="not-applicable", message="only for versions any to 0.9"),
        Finding(step="lost", status="gone", message="a.txt:1: one\nb.txt: two"),
        Finding(step="twice", status="ambiguous", message="c.txt:3: three"),
    )
    with pytest.raises(GateRefused) as caught:
        customization.refuse_misfits(findings, Path("steps.yaml"))
    assert caught.value.problems == (
        "step lost is gone: a.txt:1: one",
        "  b.txt: two",
        "step twice is ambiguous: c.txt:3: three",
    )
    assert caught.value.hint == "edit lost, twice in steps.yaml (an alternative, or a version range)"
    customization.refuse_misfits(findings[:2], Path("steps.yaml"))


def test_a_locale_without_a_text_of_its_own_takes_the_default(tmp_path: Path) -> None:
    product = Product(tmp_path)
    product.write("brand/texts.yaml", "texts: {user: {default: Student, pt-PT: Estudante}, mail: {default: '@'}}")
    it = step("json", path="{locale}.json", set={"A": "user", "B": "mail"})
    assert isinstance(it, JsonStep)
    own = texts(it, product.context)
    assert (own.value("user", "pt-PT"), own.value("user", "nl-NL"), own.value("user")) == (
        "Estudante",
        "Student",
        "Student",
    )
    assert own.of("pt-PT") == {"user": "Estudante", "mail": "@"}
    assert own.locales() == {"pt-PT"}
    assert not own.has_all("pt-PT")


@pytest.mark.parametrize(
    ("find", "broken"),
    [
        ("Tiny Inc.", "tidy: a.txt: 'Copyright Tiny Inc.' is not there as often (Copyright lines of upstream)"),
        ("X = Tiny", None),
    ],
)
def test_a_step_that_touches_what_is_protected_is_told(tmp_path: Path, find: str, broken: str | None) -> None:
    protected = {"why": "Copyright lines of upstream", "text": "Copyright [^\n]*"}
    settings = {"words": ["Tiny"], "places": [{"image": "/app", "tree": ""}], "protected": [protected]}
    edit = step("text", id="tidy", path="a.txt", alternatives=[{"find": find, "replace": "Acme"}])
    base = tree({"a.txt": "Copyright Tiny Inc.\nX = Tiny\n"})
    work = customization.Work(base, Product(tmp_path).context, BrandFile.model_validate(settings))
    if broken is None:
        assert len(list(work.commits([edit]))) == 1
        return
    with pytest.raises(GateRefused) as caught:
        list(work.commits([edit]))
    assert caught.value.problems == (broken,)


def test_a_step_that_leaves_what_it_replaces_is_refused_also_where_a_later_one_hides_it(tmp_path: Path) -> None:
    chain = [
        step("text", id="halve", path="f.txt", alternatives=[{"find": "aa", "replace": "a"}]),
        step("text", id="end", path="f.txt", alternatives=[{"find": "aa x", "replace": "a y"}]),
    ]
    work = customization.Work(tree({"f.txt": "aaa x"}), Product(tmp_path).context)
    with pytest.raises(GateRefused) as refused:
        list(work.commits(chain))
    assert [problem.partition(":")[0] for problem in refused.value.problems] == ["halve"]
