"""Text steps: exactly as often as they say, or the place that is most like it."""

from typing import Any

import pytest

from scripts.lib import steps
from scripts.lib.settings.steps import Step
from tests.trees import Product, step, tree

PAGE = "<head>\n\t<title>Tiny</title>\n\t<meta name='a'>\n</head>\n"


def text(find: str, replace: str = "new", *more: dict[str, Any], **given: Any) -> Step:
    return step("text", path="*.html", alternatives=[{"find": find, "replace": replace} | given, *more])


def test_a_text_is_replaced_and_every_other_byte_stays(product: Product) -> None:
    changed = product.after(text("<title>Tiny</title>", "<title>Ours</title>"), {"a.html": PAGE})
    assert changed == {"a.html": PAGE.replace("Tiny", "Ours").encode()}


def test_backslashes_and_groups_are_plain_text(product: Product) -> None:
    changed = product.after(text("a(b)", r"\1\n"), {"a.html": "x a(b) y"})
    assert changed == {"a.html": rb"x \1\n y"}


def test_a_regular_expression_has_a_template(product: Product) -> None:
    changed = product.after(text(r"<(title)>\w+", r"<\1>Ours", regex=True), {"a.html": PAGE})
    assert changed == {"a.html": PAGE.replace("Tiny", "Ours").encode()}


def test_crlf_line_ends_stay(product: Product) -> None:
    assert product.after(text("b", "c"), {"a.html": b"a\r\nb\r\n"}) == {"a.html": b"a\r\nc\r\n"}


def test_a_replacement_may_hold_what_it_replaces(product: Product) -> None:
    assert product.after(text("Tiny", "Tiny Two"), {"a.html": "Tiny"}) == {"a.html": b"Tiny Two"}


def test_the_count_holds_for_each_file_of_a_glob(product: Product) -> None:
    assert len(product.after(text("x", count=2), {"a.html": "x x", "b.html": "xx"})) == 2
    status, message = product.misfit(text("x", count=2), {"a.html": "x x", "b.html": "x"})
    assert (status, message) == ("gone", "b.html:1: 'x' stands 1 times, not 2 (lines 1)")


def test_the_first_alternative_that_fits_is_taken_and_named(product: Product) -> None:
    more: list[dict[str, Any]] = [
        {"find": "Tiny", "replace": "Ours"},
        {"find": "head", "replace": "x", "count": 2},
    ]
    finding = product.finding(text("nowhere", "new", *more), {"a.html": PAGE})
    assert (finding.status, finding.alternative, finding.matches) == ("ok", 2, 1)


def test_an_alternative_for_other_versions_is_passed_over(product: Product) -> None:
    more = {"find": "Tiny", "replace": "Two", "versions": {"from": "1.0.0"}}
    old = text("Tiny", "One", more, versions={"to": "0.9"})
    assert product.after(old, {"a.html": "Tiny"}) == {"a.html": b"Two"}


def test_no_alternative_for_this_version_is_gone(product: Product) -> None:
    status, message = product.misfit(text("a", versions={"from": "2"}), {"a.html": "a"})
    assert (status, message) == ("gone", "no alternative is for version 1.0.0")


def test_a_step_for_other_versions_is_not_applicable(product: Product) -> None:
    it = step("text", path="a", versions={"to": "0.9"}, alternatives=[{"find": "a", "replace": "b"}])
    finding = product.finding(it, {})
    assert (finding.status, finding.message) == ("not-applicable", "only for versions any to 0.9")
    assert product.after(it, {}) == {}


def test_an_anchor_that_is_gone_is_told(product: Product) -> None:
    assert product.misfit(text("zzzzqqq"), {"a.html": PAGE}) == (
        "gone",
        "a.html: 'zzzzqqq' does not stand there, nor anything that is like it",
    )


def test_a_moved_anchor_is_told_with_its_line_and_likeness(product: Product) -> None:
    status, message = product.misfit(text("<title>Tinny</title>"), {"a.html": PAGE})
    assert status == "moved"
    assert message == (
        "a.html:2: '<title>Tinny</title>' does not stand there; nearest is line 2 (97% alike): <title>Tiny</title>"
    )


def test_a_moved_anchor_of_several_lines_is_found(product: Product) -> None:
    status, message = product.misfit(text("<title>Tiny</title>\n\t<meta name=b>\n"), {"a.html": PAGE})
    assert status == "moved"
    assert message.startswith("a.html:2: ")


def test_a_doubled_anchor_is_ambiguous_with_all_lines(product: Product) -> None:
    assert product.misfit(text("Tiny"), {"a.html": "Tiny\n\nTiny Tiny\n"}) == (
        "ambiguous",
        "a.html:1: 'Tiny' stands 3 times, not 1 (lines 1, 3, 3)",
    )


def test_an_end_state_that_is_already_upstream_is_told(product: Product) -> None:
    assert product.misfit(text("old", "Tiny"), {"a.html": PAGE}) == (
        "gone",
        "a.html:2: the end state is already upstream; give the step a version range",
    )


def test_line_ends_are_named_where_they_may_be_the_reason(product: Product) -> None:
    assert "CRLF" in product.misfit(text("a\nb"), {"a.html": b"a\r\nb\r\n"})[1]


def test_bytes_that_are_no_text_are_invalid_with_their_line(product: Product) -> None:
    assert product.misfit(text("a"), {"a.html": b"a\n\xff"}) == ("invalid", "a.html:2: is not UTF-8 text")


@pytest.mark.parametrize("content", ["Tiny", "Ours Tiny", "nothing"])
def test_verify_sees_an_end_state_that_does_not_stand(product: Product, content: str) -> None:
    problems = steps.verify(text("Tiny", "Ours"), tree({"a.html": content}), product.context)
    assert problems == ["a.html: 'Ours' is not as the step leaves it"]
