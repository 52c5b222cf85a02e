"""What a SmokeReport is about: what changes it, and what does not."""

from pathlib import Path

import pytest

from scripts.lib import proving
from scripts.lib.settings.selection import select
from tests import pair, tiny


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHECKOUT", str(pair.make_checkout(tmp_path)))
    return tmp_path


def identity(product: str = "pair") -> str:
    chosen = select(product, "test")
    return proving.files(chosen.checkout, chosen.product)


@pytest.mark.parametrize("file", ["compose.yaml", "env.template", "compose.hidden.yaml"])
def test_whatever_starts_the_images_together_counts(checkout: Path, file: str) -> None:
    before = identity()
    path = checkout / "compose/pair" / file
    path.write_text(f"{path.read_text()}# another line\n")
    assert identity() != before


@pytest.mark.parametrize("more", ["  environment: { BROKEN: 'false' }\n", "  compose: [compose.hidden.yaml]\n"])
def test_so_do_the_settings_of_the_stand(checkout: Path, more: str) -> None:
    before = identity()
    path = checkout / "customizations/pair/product.yaml"
    path.write_text(f"{path.read_text()}{more}")
    assert identity() != before


def test_the_settings_of_an_environment_do_not(checkout: Path) -> None:
    before = identity()
    (checkout / "compose/pair/test.env").write_text("TOKEN=theirs\n")
    assert identity() == before


def test_compose_files_do_not_where_each_image_is_looked_at_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKOUT", str(tiny.make_checkout(tmp_path)))
    before = identity("tiny")
    (tmp_path / "compose/tiny/compose.yaml").write_text("services: {}\n")
    assert identity("tiny") == before
