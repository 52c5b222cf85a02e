"""Settings of a product whose images are looked at together: what must hold together is told at once."""

from pathlib import Path

import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.selection import select
from tests.pair import make_checkout


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHECKOUT", str(make_checkout(tmp_path)))
    return tmp_path


def changed(checkout: Path, old: str, new: str, file: str = "product.yaml") -> str:
    """Change one place of a settings file and return what is said of it then."""
    path = checkout / "customizations/pair" / file
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SettingsInvalid) as refused:
        select("pair", "test")
    return "\n".join(refused.value.problems)


def test_the_settings_of_pair_are_sound(checkout: Path) -> None:
    product = select("pair", "test").product
    assert product.stand is not None
    assert product.stand.kind == "compose"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: compose", "kind: swarm", "stand.kind"),
        ("compose_in:", "compose_of: { pair-stor: a.yaml }\n  compose_in:", "deploy.compose_of.pair-stor: no image is"),
        ("front: pair-web", "front: web", "deploy.front: no image is called 'web'"),
        (
            "stand: { port: 9000,",
            "stand: { port: 9000, tmpfs: [/tmp], secrets: [A],",
            "images.pair-store.stand.tmpfs: is said by the compose files; images.pair-store.stand.secrets: is said by",
        ),
    ],
)
def test_what_does_not_hold_together_is_refused_with_its_place(checkout: Path, old: str, new: str, words: str) -> None:
    assert words in changed(checkout, old, new)


def test_a_service_is_named_only_where_the_images_are_started_together(checkout: Path) -> None:
    path = checkout / "customizations/pair/product.yaml"
    path.write_text(path.read_text().replace("\nstand:\n  kind: compose", ""))
    said = changed(checkout, "stand: { port: 9000,", "stand: { port: 9000, service: store,")
    assert "images.pair-store.stand.service: is for a product with stand" in said


def test_a_stand_needs_the_compose_files_of_a_deploy(checkout: Path) -> None:
    path = checkout / "customizations/pair/product.yaml"
    text = path.read_text()
    path.write_text(text[: text.index("\ndeploy:")] + text[text.index("\nstand:\n") :])
    with pytest.raises(SettingsInvalid, match="stand: needs deploy, whose compose files it starts"):
        select("pair", "test")


def test_a_proof_names_an_image_of_the_product(checkout: Path) -> None:
    said = changed(checkout, "image: pair-web", "image: pair-wep", "steps.yaml")
    assert "step name: proofs[0].image: no image is called 'pair-wep', did you mean 'pair-web'?" in said
