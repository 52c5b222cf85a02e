"""Pair: an upstream of our own whose two images need each other, and a checkout that brands both."""

import shutil
import tarfile
from pathlib import Path

PAIR = Path(__file__).parent / "resources" / "pair"
VERSION = "1.0.0"


def make_checkout(folder: Path, *, product: str = "pair", port: int = 5999) -> Path:
    """Make a checkout of Pair as `product`, whose environment `test` has its registry on `port`; returns `folder`."""
    shutil.copytree(PAIR / "checkout", folder, dirs_exist_ok=True)
    customizations = folder / "customizations" / product
    if product != "pair":
        (folder / "customizations/pair").rename(customizations)
        (folder / "compose/pair").rename(folder / "compose" / product)
    settings = customizations / "product.yaml"
    settings.write_text(settings.read_text().replace("product: pair", f"product: {product}", 1))
    environment = folder / "compose/environments/test.yaml"
    environment.write_text(environment.read_text().replace("5999", str(port)).replace("-registry", f"-registry-{port}"))
    upstream = folder / "upstream"
    upstream.mkdir()
    with tarfile.open(upstream / f"pair-{VERSION}.tar.gz", "w:gz") as archive:
        archive.add(PAIR / "tree", f"pair-{VERSION}")
    return folder
