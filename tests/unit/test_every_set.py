"""Every step of every set holds without any source: settings, references, its own anchor; and nothing lies unused."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.lib import parses, steps
from scripts.lib.files import Changed, FileMap, pattern
from scripts.lib.lock_file import UpstreamLock
from scripts.lib.release.literals import edit_scripts
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import ROOT, select
from scripts.lib.settings.steps import JsonStep, PythonStep, Step, StepsFile, TextStep
from scripts.lib.settings.texts import TextsFile
from scripts.lib.steps import StepContext
from tests.own_anchor import alone, fitting, version_for
from tests.tiny import TINY, make_checkout

FOLDERS = sorted(path.parent for path in ROOT.glob("customizations/*/product.yaml"))
ENVIRONMENTS = sorted(path.stem for path in ROOT.glob("compose/environments/*.yaml"))
OWN = (
    "product.yaml",
    "steps.yaml",
    "upstream.lock.yaml",
    "pages.yaml",
    "brand.yaml",
    "functions/stands.yaml",
    "functions/*.py",
    "**/README.md",
)
"""Files that are read because of their names, or by people."""
READ_BY_TESTS = {"lusochat": {"source/differences.yaml"}}
"""The nightly comparison of the two strategies."""


@dataclass(frozen=True)
class OfSet:
    """One step, with one of its alternatives, of a set that lies in a product's folder."""

    folder: Path
    file: str
    step: Step


def sets(folder: Path) -> Iterator[OfSet]:
    """Every step of every set of a product."""
    images = load(folder / "product.yaml", Product).images.values()
    named = [one.steps for image in images if image.source for one in image.source.sets]
    for file in dict.fromkeys(["steps.yaml", *named]):
        for step in load(folder / file, StepsFile).steps:
            yield from (OfSet(folder, file, one) for one in alone(step))


def stays(step: Step) -> bool:
    """Tell whether the first alternative is the end state itself, as a release has it that mended it by itself."""
    if not isinstance(step, TextStep | PythonStep):
        return False
    first = step.alternatives[0]
    return first.find == first.replace


STEPS = [of for folder in [*FOLDERS, TINY / "checkout/customizations/tiny"] for of in sets(folder)]
EVERY = pytest.mark.parametrize("of", STEPS, ids=lambda of: f"{of.folder.name}-{of.step.id}")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_settings_references_and_proofs_hold(folder: Path, environment: str) -> None:
    selection = select(folder.name, environment)
    assert all(step.proofs for step in selection.every_step)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_locked_is_what_the_product_wants(folder: Path) -> None:
    lock, product = load(folder / "upstream.lock.yaml", UpstreamLock), load(folder / "product.yaml", Product)
    assert set(lock.sources) == set(product.sources)


@EVERY
def test_a_step_reaches_its_end_state_on_its_own_anchor(of: OfSet, tmp_path: Path) -> None:
    base = fitting(of.step, of.folder)
    context = StepContext(of.folder, version_for(of.step), tmp_path)
    changed = Changed(base)
    (applied,) = steps.apply_all([of.step], changed, context)
    assert applied.matches >= 1
    changes = any(data != base.read(path) for path, data in applied.changes.items())
    assert changes is not stays(of.step), "it changes nothing"
    assert steps.verify(of.step, changed, context) == []
    for path, data in applied.changes.items():
        sound = parses.problem(path, base.read(path) or b"") is None
        assert data is None or not sound or parses.problem(path, data, base.read(path)) is None


def test_no_step_leaves_every_release_as_it_is() -> None:
    every = {(of.folder, of.step.id) for of in STEPS}
    assert every == {(of.folder, of.step.id) for of in STEPS if not stays(of.step)}


@EVERY
def test_a_step_does_not_fit_where_its_anchor_is_gone(of: OfSet, tmp_path: Path) -> None:
    context = StepContext(of.folder, version_for(of.step), tmp_path)
    base = fitting(of.step, of.folder)
    emptied = FileMap({path: b"{}" for path in base.names() if of.step.kind in ("json", "text", "python", "patch")})
    finding = steps.check(of.step, emptied, context)
    if of.step.kind == "overlay" and not base.names():
        (applied,) = steps.apply_all([of.step], Changed(base), context)
        finding = steps.check(of.step, FileMap({next(iter(applied.changes)): b"theirs"}), context)
    assert finding.status in ("gone", "moved", "ambiguous")
    assert finding.step == of.step.id


@EVERY
def test_a_compiled_edit_changes_what_it_finds(of: OfSet) -> None:
    for edit in getattr(of.step, "compiled", ()):
        assert edit.find != edit.replace
        scripts = {f"{number}.js": edit.find.encode() for number in range(edit.count)}
        problems = edit_scripts(scripts.items(), {of.step.id: (edit,)}).problems
        assert [p for p in problems if "stands" in p] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_text_is_used(folder: Path) -> None:
    assert unused_texts(folder) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_file_of_a_product_is_used(folder: Path) -> None:
    assert unused_files(folder) - READ_BY_TESTS.get(folder.name, set()) == set()


def test_what_nobody_names_is_found(tmp_path: Path) -> None:
    folder = make_checkout(tmp_path) / "customizations/tiny"
    assert (unused_files(folder), unused_texts(folder)) == (set(), [])
    (folder / "patches/old.patch").write_text("")
    texts = folder / "brand/texts.yaml"
    texts.write_text(texts.read_text() + "  farewell: { default: Bye }\n")
    assert (unused_files(folder), unused_texts(folder)) == ({"patches/old.patch"}, ["brand/texts.yaml: farewell"])


def unused_files(folder: Path) -> set[str]:
    """Return the files of a product's folder that no setting names, seen from the product's folder or its own."""
    named = {word for of in sets(folder) for word in _words(of.step.model_dump())}
    for path in folder.rglob("*.yaml"):
        words = set(_words(yaml.safe_load(path.read_text())))
        named |= words | {str(path.parent.relative_to(folder) / word) for word in words}
    there = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    unused = {str(path) for path in there if not named & {str(path), *map(str, path.parents[:-1])}}
    return {path for path in unused if not any(pattern(glob).match(path) for glob in OWN)}


def _words(data: Any) -> Iterator[str]:
    """Every text in settings."""
    if isinstance(data, dict | list | tuple):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _words(one)
    elif isinstance(data, str):
        yield data


def unused_texts(folder: Path) -> list[str]:
    """Return the texts that no step sets and no page shows."""
    pages = folder / "pages.yaml"
    shown = set(_words(yaml.safe_load(pages.read_text()))) if pages.exists() else set()
    json_steps = [of.step for of in sets(folder) if isinstance(of.step, JsonStep)]
    used = {(step.texts, name) for step in json_steps for name in step.set.values()}
    files = {step.texts for step in json_steps}
    there = {(file, name) for file in files for name in load(folder / file, TextsFile).texts}
    return [f"{file}: {name}" for file, name in sorted(there - used) if name not in shown]
