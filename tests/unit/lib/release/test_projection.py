"""The tree's changes show in the release exactly, or are refused with file and step."""

import json
from collections.abc import Sequence

import pytest

from scripts.lib.errors import CommandFailed
from scripts.lib.files import FileMap
from scripts.lib.release.chunks import decode_locale
from scripts.lib.release.projection import TreeChange, project
from scripts.lib.settings.images import Projection, Release
from scripts.lib.settings.steps import Step
from scripts.lib.steps import StepContext
from tests.unit.lib.release.conftest import Edit, Opener, customized

CHUNKS = "_app/immutable/chunks/"
Steps = tuple[Step, ...]


def without(release: Release, *kinds: str) -> Release:
    kept: Sequence[Projection] = [p for p in release.projections if p.kind not in kinds]
    return release.model_copy(update={"projections": tuple(kept)})


def only(steps: Steps, *ids: str) -> Steps:
    return tuple(step for step in steps if step.id in ids)


def editing(name: str, old: str, new: str) -> Edit:
    def edit(files: dict[str, bytes]) -> None:
        assert old.encode() in files[name]
        files[name] = files[name].replace(old.encode(), new.encode())

    return edit


def refusal(open_tiny: Opener, edit: Edit | None, tree: TreeChange, release: Release, context: StepContext) -> str:
    with pytest.raises(CommandFailed) as refused:
        project(open_tiny(edit), tree, release, context)
    assert "product.yaml" in refused.value.hint
    return str(refused.value)


def test_all_of_tinys_customizations_are_projected(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    some = tuple(step for step in tiny_steps if step.id not in ("icons", "advert"))
    tree = customized(some, context)
    changes = project(open_tiny(), tree, release, context)
    assert set(changes) == {
        "index.html",
        "static/terms.txt",
        *(f"{CHUNKS}{name}.js" for name in ("CqE0", "DE10", "EN10", "PT10")),
    }
    texts = json.loads(tree.after.read("src/lib/i18n/locales/pt-PT/translation.json") or b"")
    assert decode_locale((changes[f"{CHUNKS}PT10.js"] or b"").decode()) == texts
    assert b"<title>Acme</title>" in (changes["index.html"] or b"")
    assert b'"Acme",' in (changes[f"{CHUNKS}CqE0.js"] or b"")


def test_a_file_that_the_tree_removes_goes(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    tree = customized(only(tiny_steps, "advert"), context)
    assert project(open_tiny(), tree, release, context) == {"static/advert.txt": None}


def test_a_change_without_a_projection_asks_for_strategy_source(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    tree = customized(only(tiny_steps, "app-name", "title"), context)
    said = refusal(open_tiny, None, tree, without(release, "compiled", "same-edit"), context)
    assert "src/lib/constants.ts (step app-name): no projection matches it, so it asks for strategy source" in said
    assert "src/app.html (step title): no projection" in said


def test_other_texts_in_the_release_than_in_the_tree_are_refused(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    tree = customized(only(tiny_steps, "texts"), context)
    said = refusal(open_tiny, editing(f"{CHUNKS}PT10.js", "Olá", "Oi"), tree, release, context)
    assert f"translation.json (step texts): the release's chunk {CHUNKS}PT10.js holds other texts" in said


def test_a_locale_that_the_release_does_not_have_is_refused(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    new = "src/lib/i18n/locales/fr-FR/translation.json"
    tree = TreeChange(FileMap({}), FileMap({new: b"{}"}), {new: only(tiny_steps, "texts")})
    assert "the release has no locale fr-FR" in refusal(open_tiny, None, tree, release, context)


def test_a_static_file_that_differs_from_the_tree_is_refused(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    tree = customized(only(tiny_steps, "advert"), context)
    said = refusal(open_tiny, editing("static/advert.txt", "", "x"), tree, release, context)
    assert "static/advert.txt (step advert): the release has another file static/advert.txt" in said


def test_a_static_file_that_only_the_release_has_is_not_overwritten(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    def add(files: dict[str, bytes]) -> None:
        files["static/terms.txt"] = b"theirs"

    tree = customized(only(tiny_steps, "terms"), context)
    assert "static/terms.txt (step terms)" in refusal(open_tiny, add, tree, release, context)


def test_a_page_edit_must_match_as_often_in_the_release(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    tree = customized(only(tiny_steps, "title"), context)
    double = editing("index.html", "<title>Tiny</title>", "<title>Tiny</title><title>Tiny</title>")
    said = refusal(open_tiny, double, tree, release, context)
    assert "src/app.html (step title): the step's edit does not fit index.html" in said


def test_a_compiled_literal_that_stands_twice_is_refused_with_its_places(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    tree = customized(only(tiny_steps, "app-name"), context)
    twice = editing(f"{CHUNKS}DU40.js", "const s=", 'const t="Tiny",s=')
    said = refusal(open_tiny, twice, tree, release, context)
    assert "step app-name: '=\"Tiny\",' stands 2 times in the release's scripts instead of 1" in said
    assert f"{CHUNKS}CqE0.js 1x, {CHUNKS}DU40.js 1x" in said


def test_a_compiled_literal_that_is_gone_is_refused(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    tree = customized(only(tiny_steps, "app-name"), context)
    gone = editing(f"{CHUNKS}CqE0.js", '"Tiny"', "`Tiny`")
    assert "stands 0 times" in refusal(open_tiny, gone, tree, release, context)


def test_a_compiled_file_needs_a_compiled_edit(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    (step,) = only(tiny_steps, "app-name")
    tree = customized([step.model_copy(update={"compiled": ()})], context)
    said = refusal(open_tiny, None, tree, release, context)
    assert "src/lib/constants.ts (step app-name): is compiled, and the step words no `compiled` edit" in said


def test_an_edit_that_breaks_a_script_is_refused(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    (step,) = only(tiny_steps, "app-name")
    broken = step.model_copy(update={"compiled": (step.compiled[0].model_copy(update={"replace": '="Acme,'}),)})  # type: ignore[union-attr]
    said = refusal(open_tiny, None, customized([broken], context), release, context)
    assert f"{CHUNKS}CqE0.js: does not parse as JavaScript after the compiled edits" in said


def test_compiled_edits_that_no_compiled_file_asks_for_are_refused(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    (title,), (name,) = only(tiny_steps, "title"), only(tiny_steps, "app-name")
    stray = title.model_copy(update={"compiled": name.compiled})  # type: ignore[union-attr]
    said = refusal(open_tiny, None, customized([stray], context), release, context)
    assert "step title: words `compiled` edits but changes no compiled file" in said


def test_a_compiled_edit_of_a_customized_locale_is_refused(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    (name,) = only(tiny_steps, "app-name")
    wide = name.compiled[0].model_copy(update={"find": "Olá", "replace": "Oi", "count": 1})  # type: ignore[union-attr]
    tree = customized([*only(tiny_steps, "texts"), name.model_copy(update={"compiled": (wide,)})], context)
    said = refusal(open_tiny, None, tree, release, context)
    assert f"{CHUNKS}PT10.js: a `compiled` edit meets what another change writes anew" in said


def test_a_changed_file_that_the_trees_ignore_file_keeps_out_is_refused(
    open_tiny: Opener, tiny_steps: Steps, release: Release, context: StepContext
) -> None:
    path, steps = "backend/data/seed.db", only(tiny_steps, "terms")
    ignoring = {".dockerignore": b"**/*.db\n"}
    tree = TreeChange(FileMap(ignoring), FileMap(ignoring | {path: b"x"}), {path: steps})
    said = refusal(open_tiny, None, tree, release, context)
    assert f"{path} (step terms): the tree's own .dockerignore keeps it out of the image" in said
    gone = TreeChange(FileMap(ignoring | {path: b"x"}), FileMap(ignoring), {path: steps})
    assert project(open_tiny(), gone, release, context) == {}
