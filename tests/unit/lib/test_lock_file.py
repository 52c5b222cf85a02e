"""The lock fits the settings, or says where it does not."""

from pathlib import Path
from typing import Any

import pytest

from scripts.lib import lock_file
from scripts.lib.checkout import Checkout
from scripts.lib.errors import RecordMissing, SettingsInvalid
from scripts.lib.lock_file import LockedSource, UpstreamLock
from scripts.lib.settings.product import Product
from tests.tiny import TINY

SHA = "a" * 64
OTHER = "b" * 64
SDIST = {"kind": "pypi", "project": "tiny-app", "version": ">=1,<2"}
WHEEL = {"kind": "pypi", "project": "tiny-app", "artifact": "wheel", "version_of": "upstream"}
GIT = {"kind": "git", "url": "../tiny", "ref": "v1"}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    (tmp_path / "customizations/tiny").mkdir(parents=True)
    return Checkout(root=tmp_path, product="tiny", cache=tmp_path / "cache")


def product(**sources: dict[str, Any]) -> Product:
    from scripts.lib.settings.loading import read_yaml

    data = read_yaml(TINY / "checkout/customizations/tiny/product.yaml")
    return Product.model_validate(data | {"sources": sources, "release": None})


def locked(address: str = "tiny_app-1.2.0.tar.gz", *, kind: str = "pypi", version: str = "1.2.0") -> LockedSource:
    return LockedSource(kind=kind, version=version, resolved=SHA, address=address)


def problems(lock: dict[str, LockedSource], **sources: dict[str, Any]) -> list[str]:
    return lock_file.misfits(UpstreamLock(sources=lock), product(**sources))


def test_a_lock_comes_back_as_written(checkout: Checkout) -> None:
    lock = UpstreamLock(sources={"upstream": locked(version="1.0"), "other": locked(kind="path", address="../x")})
    checkout.lock_file.write_text(lock_file.text(lock))
    assert lock_file.read(checkout) == lock


def test_a_missing_lock_names_the_task_that_writes_it(checkout: Checkout) -> None:
    with pytest.raises(RecordMissing) as failure:
        lock_file.need(checkout, product(upstream=SDIST))
    assert failure.value.problems == ("the lock customizations/tiny/upstream.lock.yaml is missing",)
    assert failure.value.hint == "run: invoke update"


def test_a_hash_that_is_none_is_refused_with_its_place(checkout: Checkout) -> None:
    lock = UpstreamLock(sources={"upstream": locked()})
    checkout.lock_file.write_text(lock_file.text(lock).replace(SHA, "abc"))
    with pytest.raises(SettingsInvalid) as failure:
        lock_file.need(checkout, product(upstream=SDIST))
    assert "upstream.lock.yaml: sources.upstream.resolved" in failure.value.problems[0]


def test_all_misfits_are_said_at_once_with_their_place(checkout: Checkout) -> None:
    lock = UpstreamLock(sources={"upstream": locked("tiny_app-2.0.0.tar.gz", version="2.0.0"), "gone": locked()})
    checkout.lock_file.write_text(lock_file.text(lock))
    with pytest.raises(SettingsInvalid) as failure:
        lock_file.need(checkout, product(upstream=SDIST, release=WHEEL))
    assert failure.value.problems == (
        "customizations/tiny/upstream.lock.yaml: sources.gone: product.yaml has no such source",
        "customizations/tiny/upstream.lock.yaml: sources.release: is missing",
        "customizations/tiny/upstream.lock.yaml: sources.upstream: is locked at 2.0.0, product.yaml says >=1,<2",
    )


def test_a_lock_whose_version_is_not_that_of_its_file_asks_for_update(checkout: Checkout) -> None:
    checkout.lock_file.write_text(lock_file.text(UpstreamLock(sources={"upstream": locked(version="1.1.0")})))
    with pytest.raises(SettingsInvalid) as failure:
        lock_file.need(checkout, product(upstream=SDIST))
    assert failure.value.problems[0].endswith("sources.upstream: is locked at 1.1.0, and as tiny_app-1.2.0.tar.gz")
    assert failure.value.hint == "run: invoke update"


def test_requirements_that_are_not_there_ask_for_update(checkout: Checkout) -> None:
    checkout.lock_file.write_text(lock_file.text(UpstreamLock(sources={"upstream": locked()})))
    with pytest.raises(RecordMissing, match=r"the locked requirements .*\.lock are missing") as failure:
        lock_file.need(checkout, product(upstream=SDIST))
    assert failure.value.hint == "run: invoke update"


def test_a_lock_that_fits_has_no_misfits() -> None:
    lock = {"upstream": locked(), "release": locked("tiny_app-1.2.0-py3-none-any.whl")}
    assert problems(lock, upstream=SDIST, release=WHEEL) == []


def test_a_wheel_of_another_version_than_its_sdist_is_a_misfit() -> None:
    lock = {"upstream": locked(), "release": locked("tiny_app-1.3.0-py3-none-any.whl", version="1.3.0")}
    assert problems(lock, upstream=SDIST, release=WHEEL) == [
        "sources.release: is locked at 1.3.0, upstream at 1.2.0",
    ]


def test_a_lock_of_another_project_kind_or_artifact_is_a_misfit() -> None:
    assert "is locked as other-1.2.0.tar.gz" in problems({"upstream": locked("other-1.2.0.tar.gz")}, upstream=SDIST)[0]
    assert "product.yaml says git" in problems({"upstream": locked()}, upstream=GIT)[0]
    wheel = locked("tiny_app-1.2.0-py3-none-any.whl")
    assert "product.yaml says sdist of tiny-app" in problems({"upstream": wheel}, upstream=SDIST)[0]


@pytest.mark.parametrize("ref", ["v1", "refs/tags/v1", "refs/heads/v1"])
def test_a_git_lock_fits_the_ref_of_its_settings(ref: str) -> None:
    assert problems({"upstream": locked(f"../tiny@{ref}", kind="git")}, upstream=GIT) == []


def test_a_git_lock_of_another_ref_is_a_misfit() -> None:
    found = problems({"upstream": locked("../tiny@refs/tags/v0", kind="git")}, upstream=GIT)
    assert found == ["sources.upstream: is locked from ../tiny@refs/tags/v0, product.yaml says ../tiny@v1"]


@pytest.mark.parametrize(
    ("kind", "address", "refused"),
    [
        ("pypi", "tiny-1.0.tar.gz", True),
        ("git", "../tiny@refs/tags/v1", True),
        ("git", "../tiny@refs/heads/main", False),
        ("path", "../tiny", False),
    ],
)
def test_only_what_promises_one_content_may_not_move(kind: str, address: str, refused: bool) -> None:
    old = UpstreamLock(sources={"upstream": locked(address, kind=kind)})
    new = UpstreamLock(sources={"upstream": old.sources["upstream"].model_copy(update={"resolved": OTHER})})
    said = f"sources.upstream: {address} is {OTHER} now and was {SHA} when it was locked"
    assert lock_file.moved(old, new) == ([said] if refused else [])
    assert lock_file.moved(old, old) == []


def test_bases_are_by_digest_where_they_are_locked() -> None:
    mine = product(upstream=SDIST)
    tag = mine.bases["python"].registry
    lock = UpstreamLock(sources={"upstream": locked()}, bases={tag: f"sha256:{SHA}"})
    assert lock_file.pinned(mine.bases, lock)["python"].registry == f"{tag}@sha256:{SHA}"
    assert lock_file.pinned(mine.bases, None) == mine.bases
    assert lock_file.misfits(lock, mine) == []


def test_a_base_that_product_yaml_pins_itself_stays_so() -> None:
    mine = product(upstream=SDIST)
    own = mine.bases["python"].by_digest(f"sha256:{OTHER}")
    lock = UpstreamLock(sources={"upstream": locked()}, bases={own.tag: f"sha256:{SHA}"})
    assert lock_file.pinned({"python": own}, lock) == {"python": own}


def test_a_locked_base_that_the_product_has_not_is_told() -> None:
    lock = UpstreamLock(sources={"upstream": locked()}, bases={"debian:12": f"sha256:{SHA}"})
    assert lock_file.misfits(lock, product(upstream=SDIST)) == ["bases.debian:12: product.yaml has no such base"]
