"""The gate of the licence: by version, by the text that came, and by the basis of the environment."""

from typing import Any

import pytest
import yaml

from scripts.lib.gates import evaluate, hint
from scripts.lib.settings.product import Product
from tests.unit.lib.gates.known import PRODUCT, SOURCE, TEXT, environment, facts, gate, of_version


def test_licence_is_evaluated_where_the_environment_does_not_list_it() -> None:
    known = facts(environment=environment({"basis": "none"}, "build"))
    assert [(r.gate, r.state) for r in evaluate(known)] == [("build", "passed"), ("licence", "failed")]


@pytest.mark.parametrize(
    ("version", "text", "state", "because"),
    [
        ("0.5.0", TEXT, "passed", "Branded, enterprise-licence; other: MIT"),
        ("0.5.0", "0" * 64, "unknown", "other: nobody has read the LICENSE of 0.5.0 with sha256 000"),
        ("3.0.0", TEXT, "unknown", "other: no licence rule of the product covers version 3.0.0"),
    ],
)
def test_what_is_laid_into_the_tree_is_judged_by_its_own_licence(
    version: str, text: str, state: str, because: str
) -> None:
    data = yaml.safe_load(PRODUCT)
    other = {"kind": "path", "path": "../other", "into": "other", "licence": data["licence"]}
    known = Product.model_validate(data | {"sources": data["sources"] | {"other": other}})
    fetched = SOURCE.sources["upstream"].model_copy(update={"version": version, "licence": text})
    source = SOURCE.model_copy(update={"sources": SOURCE.sources | {"other": fetched}})
    found = gate("licence", facts(product=known, source=source))
    assert (found.state, because in found.because) == (state, True), found.because


def test_a_licence_text_that_nobody_has_read_is_unknown() -> None:
    found = gate("licence", facts(source=SOURCE.model_copy(update={"licence": "0" * 64})))
    assert (found.state, "nobody has read the LICENSE of 1.2.0 with sha256 000" in found.because) == ("unknown", True)
    assert "licence.rules of product.yaml" in hint(found, "test")


@pytest.mark.parametrize(
    ("version", "basis", "state"),
    [
        ("0.5.0", {"basis": "none"}, "passed"),
        ("1.0.0", {"basis": "none"}, "failed"),
        ("1.0.0", {"basis": "small-deployment", "end_users": 50}, "passed"),
        ("1.0.0", {"basis": "small-deployment", "end_users": 51}, "failed"),
        ("1.9.9", {"basis": "written-permission", "reference": "letter of 2026-03-01"}, "passed"),
        ("1.9.9", {"basis": "enterprise-licence", "reference": "contract 42"}, "passed"),
        ("2.0.0", {"basis": "enterprise-licence", "reference": "contract 42"}, "unknown"),
    ],
)
def test_the_licence_is_a_matter_of_version_and_environment(version: str, basis: dict[str, Any], state: str) -> None:
    assert gate("licence", facts(environment=environment(basis), **of_version(version))).state == state


def test_without_a_basis_the_three_lawful_ways_are_named() -> None:
    because = gate("licence", facts(environment=environment({"basis": "none"}))).because
    assert all(way in because for way in ("small-deployment", "written-permission", "enterprise-licence"))
