"""Tiny's release and tree, customized in memory."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import pytest

from scripts.lib import cache, steps
from scripts.lib.files import Changed, FileMap
from scripts.lib.records import FetchedSource
from scripts.lib.release.bundle import Bundle
from scripts.lib.release.opening import open_bundle
from scripts.lib.release.projection import TreeChange
from scripts.lib.settings.images import Release
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.steps import Step, StepsFile
from tests.tiny import TINY, VERSION, pack_release

CUSTOMIZATIONS = TINY / "checkout/customizations/tiny"
Edit = Callable[[dict[str, bytes]], None]


class Opener(Protocol):
    """Opens Tiny's release, its front end edited first."""

    def __call__(self, edit: Edit | None = None, *, version: str = VERSION) -> Bundle: ...


@pytest.fixture
def release() -> Release:
    settings = load(CUSTOMIZATIONS / "product.yaml", Product).release
    assert settings
    return settings


@pytest.fixture
def context(tmp_path: Path) -> steps.StepContext:
    return steps.StepContext(CUSTOMIZATIONS, VERSION, tmp_path)


@pytest.fixture
def open_tiny(tmp_path: Path, release: Release) -> Opener:
    def opened(edit: Edit | None = None, *, version: str = VERSION) -> Bundle:
        sha256 = cache.add(tmp_path, lambda path: pack_release(path, version=version, edit=edit))
        stored = str(cache.place(tmp_path, sha256).relative_to(tmp_path))
        fetched = FetchedSource(
            kind="archive", version=VERSION, resolved=sha256, address="tiny.whl", stored=stored, fingerprint=""
        )
        return open_bundle(fetched, VERSION, release, tmp_path)

    return opened


@pytest.fixture
def tiny_steps() -> tuple[Step, ...]:
    return load(CUSTOMIZATIONS / "steps.yaml", StepsFile).steps


def customized(all_steps: Iterable[Step], context: steps.StepContext) -> TreeChange:
    """Apply the steps that need no drawing or overlay of their own to Tiny's tree, in memory."""
    tree = TINY / "tree"
    before = FileMap({p.relative_to(tree).as_posix(): p.read_bytes() for p in tree.rglob("*") if p.is_file()})
    after = Changed(before)
    changed: dict[str, tuple[Step, ...]] = {}
    for step in all_steps:
        for path, data in steps.apply(step, after, context).changes.items():
            changed[path] = (*changed.get(path, ()), step)
            after.changes[path] = data
    return TreeChange(before, after, changed)
