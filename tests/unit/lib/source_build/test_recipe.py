"""What a build of the source is given: bases by the Dockerfile's names, stamps, variants, the sets that it needs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import bases, workspace
from scripts.lib.bases import BaseImage
from scripts.lib.errors import SettingsInvalid
from scripts.lib.files import Folder
from scripts.lib.recipe import Recipe
from scripts.lib.records import FetchedSource, Source
from scripts.lib.settings.images import Base
from scripts.lib.settings.selection import Selection, select
from scripts.lib.source_build import recipe as source_recipe
from tests.tiny import TINY, VERSION, make_checkout

NAMED = ("python:3.12-slim-trixie", "ghcr.io/astral-sh/uv:0.12.10")


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    """A checkout of Tiny whose workspace is its tree."""
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path / "checkout")))
    monkeypatch.setenv("CACHE", str(tmp_path / "cache"))
    selection = select("tiny", "test")
    place = selection.checkout.workspace
    place.parent.mkdir(parents=True)
    place.mkdir()
    for file in (p for p in (TINY / "tree").rglob("*") if p.is_file()):
        (place / file.relative_to(TINY / "tree")).parent.mkdir(parents=True, exist_ok=True)
        (place / file.relative_to(TINY / "tree")).write_bytes(file.read_bytes())
    monkeypatch.setattr(workspace, "base_files", lambda path, _: Folder(path))
    return selection


def recipe(selection: Selection, monkeypatch: pytest.MonkeyPatch, *, stood_in: bool) -> Recipe:
    def ensure(base: Base, *_: Any) -> BaseImage:
        return BaseImage("graft/base:1" if stood_in else base.registry, "sha256:b", made_here=stood_in)

    monkeypatch.setattr(bases, "ensure", ensure)
    monkeypatch.setattr(source_recipe, "_release", lambda *_: {"release": "the release"})
    settings = selection.product.images["tiny-app"].source
    assert settings
    fetched = FetchedSource(kind="path", version=VERSION, resolved="r", address="a", fingerprint="f")
    source = Source(inputs="", version=VERSION, sources={"release": fetched}, licence=None, base="", points={})
    return source_recipe.recipe(selection, "tiny-app", settings, source)


def test_bases_stand_where_the_dockerfile_names_them(tiny: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    made = recipe(tiny, monkeypatch, stood_in=True)
    python, uv = NAMED
    assert made.contexts[python] == "docker-image://graft/base:1"
    assert Path(made.contexts[uv], "uv").is_file()
    assert made.contexts["release"] == "the release"
    assert made.bases == {python: made.final}


def test_the_set_for_builds_without_registry_is_applied_only_there(
    tiny: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = recipe(tiny, monkeypatch, stood_in=True)
    assert not without.dockerfile.read_text().startswith("# syntax")
    assert list(without.sets) == ["source/steps.yaml", "source/no-registry.yaml"]
    with_one = recipe(tiny, monkeypatch, stood_in=False)
    assert with_one.dockerfile.read_text().startswith("# syntax")
    assert list(with_one.sets) == ["source/steps.yaml"]
    assert with_one.contexts[NAMED[0]] == f"docker-image://{NAMED[0]}"
    assert "release" not in with_one.contexts


def test_the_stamp_changes_with_the_front_ends_files_alone(tiny: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    def stamp() -> str:
        return recipe(tiny, monkeypatch, stood_in=True).arguments["BUILD_HASH"]

    first, place = stamp(), tiny.checkout.workspace
    assert len(first) == 40
    (place / "backend/tiny/main.py").write_text("# another server\n")
    (place / "Dockerfile").write_text((place / "Dockerfile").read_text() + "# more\n")
    assert stamp() == first
    (place / "src/app.html").write_text("<title>Other</title>")
    assert stamp() != first


def test_a_variant_is_its_build_arguments(tiny: Selection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert recipe(tiny, monkeypatch, stood_in=True).arguments["SPEECH"] == "false"


def test_arguments_of_all_variants_yield_to_those_of_the_wanted_one(
    tiny: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = tiny.product.images["tiny-app"]
    assert image.source
    of_all = image.source.model_copy(update={"arguments": {"COMMIT": "{commit}", "SPEECH": "all"}})
    product = tiny.product.model_copy(
        update={"images": {"tiny-app": image.model_copy(update={"source": of_all, "variant": "full"})}}
    )
    made = recipe(replace(tiny, product=product), monkeypatch, stood_in=True).arguments
    assert (made["COMMIT"], made["SPEECH"]) == ("{commit}", "true")


def test_every_image_that_is_no_base_is_told(tiny: Selection) -> None:
    settings = tiny.product.images["tiny-app"].source
    assert settings
    with pytest.raises(SettingsInvalid) as refused:
        source_recipe.bases_of(tiny.bases, settings, [*NAMED, "golang:1", "rust:1"])
    assert refused.value.problems == (
        "Dockerfile names golang:1, which is no base of product.yaml",
        "Dockerfile names rust:1, which is no base of product.yaml",
    )


def test_a_tree_without_dockerfile_is_told(tiny: Selection) -> None:
    settings = tiny.product.images["tiny-app"].source
    assert settings
    with pytest.raises(SettingsInvalid, match="the tree has no Dockerfile that names a base image"):
        source_recipe.bases_of(tiny.bases, settings, [])
