"""Checkouts with the real customizations and compose files of LAMB, and a tree of the tests' own, or a given one."""

import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.lib.settings.selection import checkout
from tests import own_registry
from tests.integration.test_line import Line

ROOT = Path(__file__).resolve().parents[1]
LAMB = Path(__file__).parent / "resources" / "lamb"
PRODUCT = "lamb"
OPEN_WEBUI = "0.5.6"
CANARY = "canary-5f1e2d"
"""Stands in every file of a live checkout that must reach no image."""
CANARIES = (
    ".env",
    "backend/.env",
    "backend/lamb_v4.db",
    "backend/static/public/1/secret.md",
    "frontend/svelte-app/static/config.js",
    "lamb-kb-server-stable/backend/.env",
    "lamb-kb-server-stable/backend/data/lamb-kb-server.db",
    "lamb-kb-server-stable/backend/static/1/secret.txt",
    "library-manager/data/library-manager.db",
)
OWN_LICENCE = [
    {
        "versions": {"from": "0.1"},
        "name": "of the tests",
        "needs_basis": False,
        "texts": {hashlib.sha256((LAMB / "tree/LICENSE").read_bytes()).hexdigest(): {"from": "0.1"}},
    }
]


@dataclass(frozen=True)
class LambLine(Line):
    """A checkout of LAMB with a registry of its own."""

    @property
    def own(self) -> dict[str, str]:
        """The variables that lead to it."""
        return {"CHECKOUT": str(self.root), "CACHE": str(self.cache), "PRODUCT": self.product, "ENVIRONMENT": "test"}

    @property
    def tree(self) -> Path:
        """The upstream's tree that it takes; a test may change it."""
        return self.root / "tree"


@contextmanager
def a_lamb_line(folder: Path, source: Path | None = None) -> Iterator[LambLine]:
    """Make a checkout with locks of its own, and remove its images, registry and volume at the end.

    What the real tree downloads is kept in the user's own cache.
    """
    port = own_registry.free_port()
    root = make_checkout(folder / "checkout", port=port, source=source)
    line = LambLine(PRODUCT, root, checkout(PRODUCT).cache if source else folder / "cache", port)
    try:
        line.stage("update")
        yield line
    finally:
        try:
            line.stage("clean")
        finally:
            own_registry.remove(f"graft-test-registry-{port}")
            own_registry.forget(f"localhost:{port}")


def make_checkout(folder: Path, *, port: int, source: Path | None = None) -> Path:
    """Make a checkout whose environment `test` has its registry on `port`, and whose upstream is a dirty tree.

    The tree is a copy of `source`, with files that a live checkout has; of the small one where there is no `source`.
    What the small one does not import it does not need: it has lists of requirements of its own. Returns `folder`.
    """
    without = shutil.ignore_patterns("__pycache__", "*.env", "node_modules")
    for part in (f"customizations/{PRODUCT}", f"compose/{PRODUCT}"):
        shutil.copytree(ROOT / part, folder / part, ignore=without)
    shutil.copytree(source or LAMB / "tree", folder / "tree", ignore=without)
    for name in CANARIES:
        (folder / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "tree" / name).write_text(f"{CANARY} {name}\n")
    settings = folder / f"customizations/{PRODUCT}/product.yaml"
    product = yaml.safe_load(settings.read_text())
    product["sources"]["upstream"] = _taken(product["sources"]["upstream"], kind="path", path="tree")
    if source is None:
        _small(folder, product)
    settings.write_text(yaml.safe_dump(product, sort_keys=False))
    _write_environment(folder / "compose/environments/test.yaml", port)
    return folder


def pack_open_webui(wheel: Path) -> None:
    """Pack the small Open WebUI as its release is packed."""
    files = {str(p.relative_to(LAMB / "openwebui")): p.read_bytes() for p in _files(LAMB / "openwebui")}
    about = f"Metadata-Version: 2.1\nName: open-webui\nVersion: {OPEN_WEBUI}\n"
    files[f"open_webui-{OPEN_WEBUI}.dist-info/METADATA"] = about.encode()
    files[f"open_webui-{OPEN_WEBUI}.dist-info/licenses/LICENSE"] = (LAMB / "tree/LICENSE").read_bytes()
    wheel.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel, "w") as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 0, 0, 0)), data)


def _small(folder: Path, product: dict[str, Any]) -> None:
    """Take the small Open WebUI, and the lists of what the small tree imports."""
    wheel = f"open_webui-{OPEN_WEBUI}-py3-none-any.whl"
    pack_open_webui(folder / "upstream" / wheel)
    version = {"path": f"open_webui-{OPEN_WEBUI}.dist-info/METADATA", "pattern": r"(?m)^Version: (.+)$"}
    taken = _taken(product["sources"]["openwebui"], kind="archive", url=f"upstream/{wheel}")
    licence = {"file": f"open_webui-{OPEN_WEBUI}.dist-info/licenses/LICENSE", "rules": OWN_LICENCE}
    product["sources"]["openwebui"] = taken | {"version_file": version, "licence": licence}
    product["licence"]["rules"] = OWN_LICENCE
    shutil.copytree(LAMB / "requirements", folder / f"customizations/{PRODUCT}/requirements", dirs_exist_ok=True)


def _taken(source: dict[str, Any], **where: str) -> dict[str, Any]:
    """Return a source at another place: what is said of its files stays."""
    return {**where, **{key: source[key] for key in ("version_file", "into", "leave_out") if key in source}}


def _write_environment(path: Path, port: int) -> None:
    settings = {
        "environment": "test",
        "licence": {"basis": "none"},
        "gates": ["structure", "build", "runtime", "licence"],
        "registry": {"kind": "embedded", "port": port, "name": f"graft-test-registry-{port}"},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(settings, sort_keys=False))


def _files(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and "__pycache__" not in p.parts]
