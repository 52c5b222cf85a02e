"""What a run is of, as its git ref says."""

from dataclasses import replace
from pathlib import Path

import pytest

from scripts.lib import run_ref
from scripts.lib.errors import SettingsInvalid
from scripts.lib.run_ref import RunRef
from scripts.lib.settings.selection import Selection, select
from scripts.lib.settings.tags import TagKind, TagSettings
from scripts.lib.tags import ReleaseVersion
from tests.tiny import make_checkout

ALL: tuple[TagKind, ...] = ("tree", "edge", "version", "minor", "latest")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def selection(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Selection:
    monkeypatch.setenv("CHECKOUT", str(folder))
    return tagged(select("tiny", "test"), TagSettings(kinds=ALL))


def tagged(selection: Selection, settings: TagSettings) -> Selection:
    return replace(selection, product=selection.product.model_copy(update={"tags": settings}))


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        (None, RunRef()),
        ("refs/heads/main", RunRef(main=True)),
        ("refs/heads/other", RunRef()),
        ("refs/heads/main-2", RunRef()),
        ("refs/pull/7/merge", RunRef()),
        ("refs/tags/tiny-v1.0.3", RunRef(release=ReleaseVersion(1, 0, 3))),
        ("refs/tags/tiny-v1.0.3-rc.1", RunRef(release=ReleaseVersion(1, 0, 3, "-rc.1"))),
        ("refs/tags/other-v1.0.3", RunRef()),
        ("refs/heads/tiny-v1.0.3", RunRef()),
    ],
)
def test_a_run_is_of_the_main_branch_of_a_release_or_of_neither(
    selection: Selection, ref: str | None, found: RunRef
) -> None:
    assert run_ref.of(replace(selection, ref=ref), "1.0.0") == found


@pytest.mark.parametrize("wrong", ["1.0", "1.0.3+1", "1.0.3.4", "x", ""])
def test_a_release_whose_name_holds_no_version_is_refused(selection: Selection, wrong: str) -> None:
    with pytest.raises(SettingsInvalid, match="no version of three numbers") as caught:
        run_ref.of(replace(selection, ref=f"refs/tags/tiny-v{wrong}"), "1.0.0")
    assert "tiny-v0.6.1" in caught.value.hint


@pytest.mark.parametrize(("upstream", "fits"), [("1.0", True), ("1.0.9", True), ("1", True), ("1.1.0", False)])
def test_a_release_is_of_the_upstreams_series(selection: Selection, upstream: str, fits: bool) -> None:
    released = replace(selection, ref="refs/tags/tiny-v1.0.3")
    if fits:
        assert run_ref.of(released, upstream).release == ReleaseVersion(1, 0, 3)
        return
    with pytest.raises(SettingsInvalid, match=r"releases 1\.0, and the upstream that is locked here is 1\.1\.0"):
        run_ref.of(released, upstream)


def test_a_product_without_tags_of_releases_looks_at_none(selection: Selection) -> None:
    plain = tagged(selection, TagSettings())
    assert run_ref.of(replace(plain, ref="refs/tags/tiny-v9"), "1.0.0") == RunRef()


def test_a_product_may_name_its_releases_and_its_branch_otherwise(selection: Selection) -> None:
    named = tagged(selection, TagSettings(kinds=ALL, branch="stable", releases="release/"))
    assert run_ref.of(replace(named, ref="refs/tags/release/1.0.3"), "1.0.0").release == ReleaseVersion(1, 0, 3)
    assert run_ref.of(replace(named, ref="refs/heads/stable"), "1.0.0").main


@pytest.mark.parametrize("ref", ["main", "tiny-v1.0.3", "refs/tags/", "refs/heads/a b"])
def test_what_is_no_full_ref_is_refused_with_the_settings(
    selection: Selection, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEASE_REF", ref)
    with pytest.raises(SettingsInvalid, match="is no git ref"):
        select("tiny", "test")


def test_the_ref_and_the_registry_of_a_run_come_from_its_environment(
    selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEASE_REF", "refs/heads/main")
    monkeypatch.setenv("REGISTRY", "ghcr.io/Some-Owner")
    found = select("tiny", "test")
    assert found.ref == "refs/heads/main"
    assert found.environment.registry.model_dump(exclude={"username_variable", "password_variable"}) == {
        "kind": "remote",
        "host": "ghcr.io",
        "namespace": "some-owner",
        "insecure": False,
    }


@pytest.mark.parametrize("place", ["https://ghcr.io/x", "ghcr.io/a//b", "/x", "ghcr.io/a b"])
def test_a_registry_that_is_no_place_is_refused(
    selection: Selection, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY", place)
    with pytest.raises(SettingsInvalid, match="is no HOST/NAMESPACE"):
        select("tiny", "test")


@pytest.mark.parametrize(
    ("kinds", "words"), [(("date",), "tree is missing"), (("tree", "edge", "tree"), "each stands once")]
)
def test_which_tags_there_are_is_checked(kinds: tuple[str, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        TagSettings.model_validate({"kinds": kinds})
