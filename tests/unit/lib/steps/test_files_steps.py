"""Patches, overlays and removals: exact, or refused with file and line."""

from dataclasses import replace

import pytest

from scripts.lib import steps
from scripts.lib.files import FileMap
from scripts.lib.settings.steps import Step
from tests.trees import Product, step, tree

OLD = "one\ntwo\nthree\nfour\nfive\n"
PATCH = "--- a/f.txt\n+++ b/f.txt\n@@ -2,3 +2,4 @@\n two\n-three\n+THREE\n+and\n four\n"


def patch(product: Product, text: str = PATCH) -> Step:
    product.write("patches/it.patch", text)
    return step("patch", patch="patches/it.patch")


def test_a_patch_is_applied_where_it_says(product: Product) -> None:
    assert product.after(patch(product), {"f.txt": OLD}) == {"f.txt": b"one\ntwo\nTHREE\nand\nfour\nfive\n"}


def test_a_hunk_that_stands_at_one_other_place_is_applied_there_and_noted(product: Product) -> None:
    it = patch(product)
    applied = steps.apply(it, tree({"f.txt": "zero\n" + OLD}), product.context)
    assert applied.changes == {"f.txt": b"zero\none\ntwo\nTHREE\nand\nfour\nfive\n"}
    assert applied.notes == ("f.txt: the hunk of line 2 stands at line 3",)


def test_later_hunks_move_with_earlier_ones(product: Product) -> None:
    more = "@@ -5 +6,2 @@\n five\n+six\n"
    applied = steps.apply(patch(product, PATCH + more), tree({"f.txt": OLD}), product.context)
    assert applied.changes == {"f.txt": b"one\ntwo\nTHREE\nand\nfour\nfive\nsix\n"}
    assert (applied.matches, applied.notes) == (2, ())


def test_a_patch_adds_and_removes_files(product: Product) -> None:
    text = "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+new\n--- a/f.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n"
    assert product.after(patch(product, text), {"f.txt": "one\n"}) == {"new.txt": b"new\n", "f.txt": None}


def test_a_missing_last_line_end_is_kept_exact(product: Product) -> None:
    text = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
    assert product.after(patch(product, text), {"f": "a"}) == {"f": b"b"}
    assert product.misfit(patch(product, text), {"f": "a\n"})[0] in ("gone", "moved")


def test_a_hunk_whose_lines_stand_twice_is_ambiguous_with_its_lines(product: Product) -> None:
    content = {"f.txt": "x\nx\n" + OLD + OLD}
    assert product.misfit(patch(product), content) == (
        "ambiguous",
        "f.txt:4: the lines of the hunk at line 2 stand 2 times (lines 4, 9)",
    )


def test_there_is_no_fuzz_and_the_nearest_place_is_told(product: Product) -> None:
    status, message = product.misfit(patch(product), {"f.txt": OLD.replace("two", "twos")})
    assert status == "moved"
    assert message.startswith("f.txt:2: the lines of the hunk at line 2 do not stand there: two")
    assert "alike" in message


def test_a_patch_that_upstream_has_taken_is_told(product: Product) -> None:
    status, message = product.misfit(patch(product), {"f.txt": "one\ntwo\nTHREE\nand\nfour\n"})
    assert (status, message) == ("gone", "f.txt:2: the end state is already upstream; give the step a version range")


def test_a_patched_file_that_is_gone_or_in_the_way_is_told(product: Product) -> None:
    assert product.misfit(patch(product), {}) == ("gone", "f.txt: upstream has no such file")
    new = "--- /dev/null\n+++ b/f.txt\n@@ -0,0 +1 @@\n+new\n"
    assert product.misfit(patch(product, new), {"f.txt": ""})[0] == "ambiguous"


@pytest.mark.parametrize("text", ["", "no diff", "--- a/f.txt\n+++ b/f.txt\n@@ -1,9 +1 @@\n one\n"])
def test_what_is_no_unified_diff_is_invalid(product: Product, text: str) -> None:
    status, message = product.misfit(patch(product, text), {"f.txt": OLD})
    assert status == "invalid"
    assert message.startswith("patches/it.patch: ")


@pytest.mark.parametrize(
    ("source", "pending", "becomes"),
    [
        ("a/new.lock", "a/new.lock", {"in": b""}),
        ("a/new.json", "a/new.json", {"in": b"{}\n"}),
        ("a/old.lock", "a/old.lock", {"in": b"old"}),
        ("a", "a/deep/new.lock", {"in/old.lock": b"old", "in/deep/new.lock": b""}),
        ("a", "a/old.lock", {"in/old.lock": b"old"}),
    ],
)
def test_a_file_that_is_going_to_be_written_is_there_already(
    product: Product, source: str, pending: str, becomes: dict[str, bytes]
) -> None:
    product.write("a/old.lock", "old")
    context = replace(product.context, pending=frozenset({pending}))
    it = step("overlay", source=source, path="in", replaces=False)
    assert steps.apply(it, tree({}), context).changes == becomes
    assert steps.verify(it, FileMap(becomes), context) == []


def test_an_overlay_puts_a_folder_in(product: Product) -> None:
    product.write("overlay/a.sh", "a")
    product.write("overlay/sub/b.sh", "b")
    product.write("overlay/sub/__pycache__/b.cpython-311.pyc", "kept by Python")
    it = step("overlay", source="overlay", path="bin", replaces=False, executable=True)
    assert product.after(it, {"x": ""}) == {"bin/a.sh": b"a", "bin/sub/b.sh": b"b"}
    assert steps.apply(it, tree({}), product.context).executable == {"bin/a.sh", "bin/sub/b.sh"}


def test_an_overlay_replaces_only_where_it_says_so(product: Product) -> None:
    product.write("a.txt", "ours")
    new, over = (step("overlay", source="a.txt", path="t.txt", replaces=replaces) for replaces in (False, True))
    assert product.after(over, {"t.txt": "theirs"}) == {"t.txt": b"ours"}
    assert product.misfit(new, {"t.txt": "theirs"}) == (
        "ambiguous",
        "t.txt: upstream has this file now, but the step says that it replaces none",
    )
    assert product.misfit(over, {}) == (
        "gone",
        "t.txt: upstream has no such file any more, but the step says that it replaces one",
    )


def test_a_prune_removes_exactly_as_many_files_as_it_says(product: Product) -> None:
    it = step("prune", path="docs/**", count=2)
    assert product.after(it, {"docs/a": "", "docs/b/c": "", "d": ""}) == {"docs/a": None, "docs/b/c": None}
    assert product.misfit(it, {"docs/a": ""}) == ("gone", "docs/**: matches 1 files, not 2: docs/a")
    assert product.misfit(it, {"docs/a": "", "docs/b": "", "docs/c": ""})[0] == "ambiguous"
    assert product.misfit(it, {"d": ""})[0] == "gone"


def test_a_step_is_checked_on_what_the_earlier_ones_leave(product: Product) -> None:
    def edit(name: str, find: str, replace: str) -> Step:
        return step("text", id=name, path="f.txt", alternatives=[{"find": find, "replace": replace}])

    chain = [edit("first", "one", "1"), edit("lost", "one", "2"), edit("last", "1", "eins")]
    findings = steps.check_all(chain, tree({"f.txt": OLD}), product.context)
    assert [(f.step, f.status) for f in findings] == [("first", "ok"), ("lost", "gone"), ("last", "ok")]


@pytest.mark.parametrize(
    ("says", "problems", "notes"),
    [
        (["put"], [], {"put": "changed further by edit"}),
        ([], ["put: new: is not ours (changed again by edit, which does not say so)"], {}),
    ],
)
def test_an_end_state_may_be_changed_again_only_by_a_step_that_says_so(
    product: Product, says: list[str], problems: list[str], notes: dict[str, str]
) -> None:
    from scripts.lib.files import Changed

    product.write("ours", "ours")
    chain = [
        step("overlay", id="put", source="ours", path="new", replaces=False),
        step("text", id="edit", path="new", alternatives=[{"find": "ours", "replace": "mine"}], changes_again=says),
        step("prune", id="drop", path="f.txt"),
    ]
    done = Changed(tree({"f.txt": OLD}))
    applied = list(steps.apply_all(chain, done, product.context))
    assert steps.verify_all(chain, applied, done, product.context) == (problems, notes)
    done.changes["f.txt"] = b"back"
    assert steps.verify_all(chain, applied, done, product.context)[0] == [*problems, "drop: f.txt: is still there"]


@pytest.mark.parametrize(("says", "told"), [([], ["halve"]), (["halve"], [])])
def test_what_does_not_stand_right_after_a_step_is_told_whatever_a_later_one_makes_of_it(
    product: Product, says: list[str], told: list[str]
) -> None:
    from scripts.lib.files import Changed

    chain = [
        step("text", id="halve", path="f.txt", alternatives=[{"find": "aa", "replace": "a"}]),
        step("text", id="end", path="f.txt", alternatives=[{"find": "aa x", "replace": "a y"}], changes_again=says),
    ]
    done, undone = Changed(tree({"f.txt": "aaa x"})), list[str]()
    applied = list(steps.apply_all(chain, done, product.context, undone))
    assert done.read("f.txt") == b"a y"
    assert steps.verify_all(chain, applied, done, product.context)[0] == []
    problems, _ = steps.verify_all(chain, applied, done, product.context, undone)
    assert [problem.partition(":")[0] for problem in problems] == told
