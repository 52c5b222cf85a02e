"""A look says of each step how it meets a release, with the place, and whether it is effective there."""

from scripts.lib.settings.steps import Step
from tests.trees import Product, step
from tests.unit.lib.compat.conftest import Looked

PAGE = "<!doctype html>\n<title>Tiny</title>\n"


def text(find: str, replace: str, name: str = "it", path: str = "a.html", **more: object) -> Step:
    return step("text", id=name, path=path, alternatives=[{"find": find, "replace": replace}], **more)


def test_a_step_that_fits_says_where(looked: Looked) -> None:
    row = looked({"a.html": PAGE}, text("Tiny", "Acme"))
    assert (row.cells[0].status, row.cells[0].reason, row.cells[0].alternative) == ("ok", "a.html, 1 places", None)
    assert row.fine


def test_a_step_that_fits_by_another_alternative_says_which(looked: Looked) -> None:
    two = [{"find": "<h1>Tiny", "replace": "<h1>Acme"}, {"find": "<title>Tiny", "replace": "<title>Acme"}]
    row = looked({"a.html": PAGE}, step("text", path="a.html", alternatives=two))
    assert (row.cells[0].status, row.cells[0].alternative) == ("ok", 2)


def test_a_step_that_moved_has_file_line_and_similarity(looked: Looked) -> None:
    (cell,) = looked({"a.html": PAGE.replace("title", "Title")}, text("<title>Tiny", "<title>Acme")).cells
    assert (cell.status, cell.file, cell.line) == ("moved", "a.html", 2)
    assert cell.similarity
    assert 0.75 <= cell.similarity < 1
    assert "does not stand there; nearest is line 2" in cell.reason


def test_a_step_that_is_ambiguous_or_gone_says_so(looked: Looked) -> None:
    row = looked({"a.html": PAGE * 2}, text("Tiny", "Acme", "twice"), text("§§§", "x", "none"))
    assert [cell.status for cell in row.cells] == ["ambiguous", "gone"]
    assert [cell.step for cell in row.broken] == ["twice", "none"]


def test_a_step_for_other_releases_is_no_break(looked: Looked) -> None:
    row = looked({"a.html": PAGE}, text("§§§", "x", versions={"from": "2.0"}))
    assert (row.cells[0].status, row.cells[0].reason) == ("not-applicable", "only for versions 2.0 to any")
    assert row.fine


def test_an_end_state_that_a_later_step_undoes_is_not_reached(looked: Looked) -> None:
    row = looked({"a.html": PAGE}, text("Tiny", "Acme", "first"), text("Acme", "Tiny", "second"))
    first, second = row.cells
    assert (first.status, second.status) == ("not-reached", "ok")
    assert "changed again by second" in first.reason


def test_a_file_that_no_longer_parses_is_told_of_the_step_that_edits_it(looked: Looked) -> None:
    row = looked({"a.json": '{"a": 1}', "b.txt": "b"}, text("1}", "1", path="a.json"), text("b", "c", "b", "b.txt"))
    assert [cell.status for cell in row.cells] == ["not-reached", "ok"]
    assert "a.json:1" in row.cells[0].reason


def test_the_steps_after_one_that_broke_are_looked_at_all_the_same(looked: Looked) -> None:
    row = looked({"a.html": PAGE}, text("§§§", "x", "gone"), text("Tiny", "Acme", "fits"))
    assert [cell.status for cell in row.cells] == ["gone", "ok"]


def test_a_locale_that_came_unfinished_gets_the_keys_that_it_lacks(looked: Looked, product: Product) -> None:
    product.write("brand/texts.yaml", "texts: { hello: { default: Hi } }\n")
    files = {"l/en/t.json": '{"Hello": ""}', "l/xx/t.json": '{"Other": ""}'}
    given = {"path": "l/{locale}/t.json", "set": {"Hello": "hello"}}
    assert looked(files, step("json", **given)).cells[0].status == "gone"
    lacking = step("json", **given, lacking={"xx": {"to": "1.0.0"}})
    assert looked(files, lacking).cells[0].status == "ok"
    assert looked(files, lacking, version="1.0.1").cells[0].status == "gone"
