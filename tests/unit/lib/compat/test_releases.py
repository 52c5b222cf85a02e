"""Which releases a look is for: final ones within the range that product.yaml allows, never below it."""

from pathlib import Path
from typing import Any

import pytest

from scripts.lib.compat import releases
from scripts.lib.compat.releases import Wish, find
from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.product import Product
from scripts.lib.sources.pypi import Listed

RELEASED = ("0.9.0", "1.0.0", "1.1.0.dev1", "1.1.0rc1", "1.1.0", "1.2.0", "1.10.0", "2.0.0")
PYPI = {"kind": "pypi", "project": "tiny", "version": ">=1.0,<2"}


def file(version: str, kind: str = "sdist", **more: Any) -> Listed:
    name = f"tiny-{version}.tar.gz" if kind == "sdist" else f"tiny-{version}-py3-none-any.whl"
    return Listed(name=name, url="", version=version, kind=kind, sha256="0" * 64, **({"yanked": False} | more))


@pytest.fixture
def product(monkeypatch: pytest.MonkeyPatch) -> Product:
    files = [*map(file, reversed(RELEASED)), file("1.2.0", "wheel"), file("1.3.0", yanked=True), file("1.4.0", "wheel")]
    monkeypatch.setattr(releases, "listed", lambda *_: files)
    image = {
        "about": {"title": "T", "description": "T", "licences": "MIT"},
        "source": {"variants": {"slim": {}}, "memory": 0},
        "stand": {"port": 1, "health": "/"},
    }
    return Product.model_validate(
        {
            "product": "tiny",
            "title": "T",
            "customization_version": "1.0",
            "sources": {"upstream": PYPI},
            "tree": "upstream",
            "compat": {"below": "the page came with 1.0"},
            "licence": {"file": "LICENSE", "rules": [{"versions": {}, "name": "MIT", "needs_basis": False}]},
            "images": {"app": image},
        }
    )


def versions(product: Product, last: int | None = None, since: str | None = None) -> list[str]:
    return [release.version for release in find(product, Wish(last, since))]


def test_all_final_releases_of_the_range_oldest_first_withdrawn_ones_left_out(product: Product) -> None:
    assert versions(product) == ["1.0.0", "1.1.0", "1.2.0", "1.10.0"]


def test_the_newest_few(product: Product) -> None:
    assert versions(product, last=2) == ["1.2.0", "1.10.0"]
    assert versions(product, last=50) == versions(product)


def test_those_since_one_and_the_newest_of_them(product: Product) -> None:
    assert versions(product, since="1.1.0") == ["1.1.0", "1.2.0", "1.10.0"]
    assert versions(product, last=1, since="1.1.0") == ["1.10.0"]


def test_a_release_brings_the_wheel_beside_it(product: Product) -> None:
    found = {release.version: release.wheel for release in find(product, Wish())}
    assert found["1.2.0"]
    assert found["1.1.0"] is None


def test_below_the_range_the_look_refuses_with_the_reason(product: Product) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        find(product, Wish(since="0.9.0"))
    assert refused.value.problems == ("--since 0.9.0: the customizations are for >=1.0,<2: the page came with 1.0",)
    assert refused.value.hint == "the oldest that can be asked for: invoke compat --since 1.0"


@pytest.mark.parametrize("since", ["yesterday", "1.x"])
def test_what_is_no_version_is_refused(since: str, product: Product) -> None:
    with pytest.raises(SettingsInvalid, match=f"--since {since}: is no version"):
        find(product, Wish(since=since))


def test_a_release_that_is_not_there_yet_is_said(product: Product) -> None:
    with pytest.raises(SettingsInvalid, match=r"no release since 1\.99"):
        find(product, Wish(since="1.99"))


def test_a_tree_without_a_list_of_releases_is_looked_at_by_ref(product: Product, tmp_path: Path) -> None:
    source = {"upstream": {"kind": "path", "path": str(tmp_path)}}
    other = Product.model_validate(product.model_dump(by_alias=True) | {"sources": source})
    with pytest.raises(SettingsInvalid, match="of kind path, which has no list of releases"):
        find(other, Wish())
