"""Which release `update --version` takes; the rest of it is tested on real sources."""

from pathlib import Path

import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.update import _at

ROOT = Path(__file__).resolve().parents[2]
RELEASED = load(ROOT / "customizations/lusochat/product.yaml", Product)
ARCHIVED = load(ROOT / "tests/resources/tiny/checkout/customizations/tiny/product.yaml", Product)


def test_a_named_version_pins_the_tree_and_what_follows_it() -> None:
    assert _at(RELEASED, "0.12.3").sources["upstream"].model_dump()["version"] == "0.12.3"
    assert _at(RELEASED, "0.12.3").sources["release"] == RELEASED.sources["release"]


def test_without_one_the_settings_stay_as_they_are() -> None:
    assert _at(RELEASED, None) is RELEASED


@pytest.mark.parametrize("version", ["0.5.0", ">=0.12", "latest"])
def test_a_version_that_the_settings_do_not_allow_is_refused(version: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"sources.upstream.version in product.yaml allows >=0.5.19,<1"):
        _at(RELEASED, version)


def test_a_source_without_versions_is_told_where_to_pin_it() -> None:
    with pytest.raises(
        SettingsInvalid, match=r"sources\.upstream is of kind archive, which product.yaml itself pins"
    ) as told:
        _at(ARCHIVED, "1.0.0")
    assert told.value.hint == "edit sources.upstream in product.yaml, then run: invoke update"
