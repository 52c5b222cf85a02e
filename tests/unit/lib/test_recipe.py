"""What stands for the placeholders of build arguments."""

from datetime import UTC, datetime

from scripts.lib.recipe import filled
from scripts.lib.records import FetchedSource, Source
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from tests.tiny import TINY

FETCHED = FetchedSource(kind="git", version="1.2.0", resolved="c" * 40, address="a", fingerprint="f")
SOURCE = Source(inputs="", version="1.2.0", sources={"upstream": FETCHED}, licence=None, base="", points={})


def test_arguments_name_version_commit_and_date_and_keep_all_else() -> None:
    product = load(TINY / "checkout/customizations/tiny/product.yaml", Product)
    given = {"A": "v{version} of {commit}", "B": "{created}", "C": "{ 'other': 1 }", "D": "plain"}
    assert filled(given, product, SOURCE, datetime(2026, 3, 1, tzinfo=UTC)) == {
        "A": f"v1.2.0 of {'c' * 40}",
        "B": "2026-03-01T00:00:00+00:00",
        "C": "{ 'other': 1 }",
        "D": "plain",
    }
