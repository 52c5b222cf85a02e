"""What the upstream's licence allows: by version, by the text that came with it, and by the basis."""

from typing import Any

import pytest

from scripts.lib.licence.judgement import judge
from scripts.lib.settings.environment import Environment, LicenceBasis
from scripts.lib.settings.loading import load
from scripts.lib.settings.product import Product
from scripts.lib.settings.selection import ROOT

LICENCE = load(ROOT / "customizations/lusochat/product.yaml", Product).licence
TEXTS = {
    "0.5.4": "e0fe07b39bc3b202e2ef881d8561f88d44e01137cb685e2344545872803981a7",
    "0.5.19": "6c4b8d8034b9a5795643e1771716689a22638a7d6779d422136a008ecfaf3951",
    "0.6.5": "6c4b8d8034b9a5795643e1771716689a22638a7d6779d422136a008ecfaf3951",
    "0.6.6": "9b0d9f7f634f4b6cc92c66b5b95837e90279dec674c82126c003a3735f202ea0",
    "0.6.41": "9b0d9f7f634f4b6cc92c66b5b95837e90279dec674c82126c003a3735f202ea0",
    "0.6.42": "0783839759d689e582bce467e94426afd920faa16040de49ad1a5074a2e39542",
    "0.8.12": "0783839759d689e582bce467e94426afd920faa16040de49ad1a5074a2e39542",
    "0.9.0": "5f1bd74c48bf13ab0f82e177ad9e637313b92533d20ead2593d49347a47fc232",
    "0.12.4": "5f1bd74c48bf13ab0f82e177ad9e637313b92533d20ead2593d49347a47fc232",
}
"""Open WebUI's releases at which the text changed, and the ones before them -> the sha256 of their LICENSE."""
SMALL = {"basis": "small-deployment", "end_users": 50}
PERMITTED = {"basis": "written-permission", "reference": "letter of 2026-03-01"}
CONTRIBUTOR = PERMITTED | {"contributor": True}
ENTERPRISE = {"basis": "enterprise-licence", "reference": "contract 42"}
NONE = {"basis": "none"}


def basis(stated: dict[str, Any]) -> LicenceBasis:
    return Environment.model_validate({"environment": "test", "licence": stated, "gates": ["licence"]}).licence


@pytest.mark.parametrize(
    ("version", "name", "needs_basis"),
    [
        ("0.5.4", "MIT", False),
        ("0.5.19", "BSD-3-Clause", False),
        ("0.6.5", "BSD-3-Clause", False),
        ("0.6.6", "Open WebUI License", True),
        ("0.6.41", "Open WebUI License", True),
        ("0.6.42", "Open WebUI License", True),
        ("0.8.12", "Open WebUI License", True),
        ("0.9.0", "Open WebUI License", True),
        ("0.12.4", "Open WebUI License", True),
    ],
)
def test_the_licence_of_a_release_is_known_by_its_version_and_its_text(
    version: str, name: str, needs_basis: bool
) -> None:
    without = judge(LICENCE, version, TEXTS[version], basis(NONE))
    assert without.rule
    assert (without.rule.name, without.state) == (name, "failed" if needs_basis else "passed")
    assert judge(LICENCE, version, TEXTS[version], basis(ENTERPRISE)).state == "passed"


@pytest.mark.parametrize("version", TEXTS)
def test_a_text_of_another_licence_or_of_nobody_is_unknown(version: str) -> None:
    known = LICENCE.rule(version)
    others = [text for text in {*TEXTS.values(), "0" * 64} if known and text not in known.texts]
    assert len(others) >= 4
    for text in others:
        judged = judge(LICENCE, version, text, basis(ENTERPRISE))
        assert judged.state == "unknown"
        assert f"nobody has read the LICENSE of {version} with sha256 {text}" in judged.because


def test_a_source_without_a_licence_file_is_unknown() -> None:
    assert judge(LICENCE, "0.5.19", None, basis(ENTERPRISE)).because == "the source has no LICENSE"


@pytest.mark.parametrize(
    ("version", "stated", "state"),
    [
        ("0.12.4", SMALL, "passed"),
        ("0.12.4", SMALL | {"end_users": 51}, "failed"),
        ("0.12.4", PERMITTED, "passed"),
        ("0.6.6", SMALL, "passed"),
        ("0.6.6", PERMITTED, "failed"),
        ("0.8.12", PERMITTED, "failed"),
        ("0.8.12", CONTRIBUTOR, "passed"),
        ("0.6.5", NONE, "passed"),
    ],
)
def test_a_basis_counts_as_the_text_of_the_version_says(version: str, stated: dict[str, Any], state: str) -> None:
    assert judge(LICENCE, version, TEXTS[version], basis(stated)).state == state


def test_a_refusal_tells_the_three_lawful_ways_and_the_last_version_without_the_clause() -> None:
    assert judge(LICENCE, "0.12.4", TEXTS["0.12.4"], basis(NONE)).because == (
        "Open WebUI License of 0.12.4 allows another brand only on a basis: none is stated; lawful are "
        "small-deployment (at most 50 end users in any rolling 30 days), written-permission (specific and prior, with "
        "its reference) and enterprise-licence (one that expressly permits it, with its reference); the last version "
        "without this clause is 0.6.5 (BSD-3-Clause)"
    )


def test_it_says_whom_permission_was_given_where_that_matters() -> None:
    because = judge(LICENCE, "0.8.12", TEXTS["0.8.12"], basis(PERMITTED)).because
    assert "its written permission counts for official contributors alone" in because
    assert "written-permission (specific and prior to an official contributor, with its reference)" in because


def test_every_text_came_with_releases_that_are_named() -> None:
    came = [(text, c.first, c.last) for rule in LICENCE.rules for text, c in rule.texts.items()]
    assert all(first and last for _, first, last in came)
    assert {text for text, _, _ in came} == set(TEXTS.values())
