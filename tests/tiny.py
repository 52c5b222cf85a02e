"""Tiny: a ten-file upstream of our own, its built release, and a checkout that brands it."""

import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

TINY = Path(__file__).parent / "resources" / "tiny"
VERSION = "1.0.0"


def make_checkout(folder: Path, *, product: str = "tiny", port: int = 5999) -> Path:
    """Make a checkout of Tiny as `product`, whose environment `test` has its registry on `port`; returns `folder`."""
    shutil.copytree(TINY / "checkout", folder, dirs_exist_ok=True)
    customizations = folder / "customizations" / product
    if product != "tiny":
        (folder / "customizations" / "tiny").rename(customizations)
        (folder / "compose" / "tiny").rename(folder / "compose" / product)
    settings = customizations / "product.yaml"
    settings.write_text(settings.read_text().replace("product: tiny", f"product: {product}", 1))
    environment = folder / "compose" / "environments" / "test.yaml"
    environment.write_text(environment.read_text().replace("5999", str(port)).replace("-registry", f"-registry-{port}"))
    upstream = folder / "upstream"
    upstream.mkdir()
    pack_source(upstream / f"tiny-{VERSION}.tar.gz")
    pack_release(upstream / f"tiny-{VERSION}-py3-none-any.whl")
    return folder


def pack_source(
    archive: Path, *, version: str = VERSION, edit: Callable[[dict[str, bytes]], None] | None = None
) -> None:
    """Pack the source tree (after `edit`) as a source distribution is: everything in one folder."""
    files = source_files()
    if edit:
        edit(files)
    with tarfile.open(archive, "w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"tiny-{version}/{name}")
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))


def source_files() -> dict[str, bytes]:
    """Return the source tree, path by path."""
    return _files(TINY / "tree") | {"static/favicon.png": _favicon()}


def pack_release(
    archive: Path, *, version: str = VERSION, edit: Callable[[dict[str, bytes]], None] | None = None
) -> None:
    """Pack the built release as a wheel is: back end, front end (after `edit`), and what names its version."""
    front_end = _files(TINY / "front_end") | {
        "static/favicon.png": _favicon(),
        "static/advert.txt": (TINY / "tree/static/advert.txt").read_bytes(),
    }
    if edit:
        edit(front_end)
    back_end = _files(TINY / "tree/backend/tiny")
    content = {f"tiny/frontend/{name}": data for name, data in front_end.items()}
    content |= {f"tiny/{name}": data for name, data in back_end.items()}
    content["tiny/version.json"] = json.dumps({"version": version}).encode()
    content[f"tiny-{version}.dist-info/METADATA"] = f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n".encode()
    content[f"tiny-{version}.dist-info/licenses/LICENSE"] = (TINY / "tree/LICENSE").read_bytes()
    with zipfile.ZipFile(archive, "w") as wheel:
        for name, data in content.items():
            wheel.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 0, 0, 0)), data)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _favicon() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (32, 32), "blue").save(drawn, "PNG")
    return drawn.getvalue()
