"""Products that ask for a source, and what is said where it cannot be brought."""

from typing import Any

import pytest

from scripts.lib import sources
from scripts.lib.errors import Failure
from scripts.lib.lock_file import UpstreamLock
from scripts.lib.settings.loading import read_yaml
from scripts.lib.settings.product import Product
from scripts.lib.sources.place import Place
from tests import tiny
from tests.integration.web import Web

SDIST = "tiny-1.0.0.tar.gz"
WHEEL = "tiny-1.0.0-py3-none-any.whl"


def product(**given: dict[str, Any]) -> Product:
    data = read_yaml(tiny.TINY / "checkout/customizations/tiny/product.yaml")
    return Product.model_validate(data | {"sources": given, "release": None})


def on_index(server: Web, **more: Any) -> dict[str, Any]:
    return {"kind": "pypi", "project": "tiny", "index": f"{server.address}/simple/"} | more


def refused(error: type[Failure], wanted: Product, place: Place, lock: UpstreamLock | None = None) -> Failure:
    with pytest.raises(error) as failure:
        sources.bring_all(wanted, lock or sources.resolve_all(wanted, place), place)
    assert not list((place.cache / "parts").glob("*"))
    return failure.value
