"""An index of Tiny's releases for each module of these tests, a checkout that takes them for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import compat
from scripts.lib import cli
from scripts.lib.checkout import Checkout
from tests import tiny
from tests.integration.compat.releases import BELOW, RELEASES, Run
from tests.integration.web import Web, web


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """An index of six releases, one of them no final one, with a wheel of the first that is allowed."""
    folder = tmp_path_factory.mktemp("releases")
    for version, edit in RELEASES.items():
        tiny.pack_source(folder / f"tiny-{version}.tar.gz", version=version, edit=edit)
    tiny.pack_release(folder / "tiny-1.0.0-py3-none-any.whl")
    with web() as there:
        there.index("tiny", {path.name: path.read_bytes() for path in sorted(folder.iterdir())})
        yield there


@pytest.fixture
def checkout(tmp_path: Path, index: Web, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    root = tiny.make_checkout(tmp_path / "checkout")
    settings = root / "customizations/tiny/product.yaml"
    source = f"kind: pypi, project: tiny, index: '{index.address}/simple'"
    text = settings.read_text()
    head, _, rest = text.partition("sources:\n")
    rest = rest[rest.index("tree: upstream") :]
    settings.write_text(
        f"{head}sources:\n"
        f"  upstream: {{ {source}, version: '>=1.0,<2' }}\n"
        f"  release: {{ {source}, artifact: wheel, version_of: upstream }}\n"
        f"compat: {{ below: '{BELOW}', repository: {{ kind: git, url: upstream.git, ref: main }} }}\n{rest}"
    )
    for name, value in {"CHECKOUT": str(root), "CACHE": str(tmp_path / "cache")}.items():
        monkeypatch.setenv(name, value)
    index.asked.clear()
    return Checkout(root=root, product="tiny", cache=tmp_path / "cache")


@pytest.fixture
def run(checkout: Checkout) -> Run:
    def one(*words: str) -> int:
        argv = ["--product", "tiny", "--environment", "test", *words]
        return cli.run("compat", compat.compat, compat.__doc__, compat.OPTIONS, argv, locks=False)

    return one
