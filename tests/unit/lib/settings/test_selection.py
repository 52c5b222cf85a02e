"""Settings of several files, and what steps name elsewhere, are all checked before a run begins."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.lib.errors import SettingsInvalid
from scripts.lib.settings.selection import select

TINY = Path(__file__).resolve().parents[3] / "resources" / "tiny" / "checkout"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose settings may be spoiled."""
    shutil.copytree(TINY, tmp_path / "checkout")
    monkeypatch.setenv("CHECKOUT", str(tmp_path / "checkout"))
    return tmp_path / "checkout"


@pytest.fixture
def spoil(checkout: Path) -> Callable[[str, str, str], None]:
    """Replace a text of one file that must be there."""

    def replace(name: str, old: str, new: str) -> None:
        path = checkout / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return replace


STEPS = "customizations/tiny/steps.yaml"
PRODUCT = "customizations/tiny/product.yaml"
ENVIRONMENT = "compose/environments/test.yaml"
TEXTS = "customizations/tiny/brand/texts.yaml"
Spoil = Callable[[str, str, str], None]


def refused() -> str:
    with pytest.raises(SettingsInvalid) as caught:
        select("tiny", "test")
    return "\n".join(caught.value.problems)


@pytest.mark.usefixtures("checkout")
def test_sound_settings_are_selected() -> None:
    selection = select("tiny", "test")
    assert (selection.product.product, selection.environment.environment) == ("tiny", "test")


def test_problems_of_several_files_are_told_at_once(spoil: Spoil) -> None:
    spoil(STEPS, "alternatives:", "alternativs:")
    spoil(PRODUCT, "tree:", "tre:")
    spoil(ENVIRONMENT, "gates:", "gats:")
    told = refused()
    assert "steps.yaml: steps[0].alternativs: unknown key, did you mean 'alternatives'?" in told
    assert "product.yaml: tre: unknown key, did you mean 'tree'?" in told
    assert "test.yaml: gats: unknown key, did you mean 'gates'?" in told


def test_an_unknown_product_is_told_with_the_nearest(checkout: Path) -> None:
    with pytest.raises(SettingsInvalid, match="there is no product 'tinny'") as caught:
        select("tinny", "test")
    assert caught.value.hint == "did you mean PRODUCT=tiny?"
    assert str(checkout) in caught.value.problems[0]


@pytest.mark.usefixtures("checkout")
def test_an_unknown_environment_is_told_with_the_nearest() -> None:
    with pytest.raises(SettingsInvalid, match=r"tset\.yaml: there is no such file") as caught:
        select("tiny", "tset")
    assert caught.value.hint == "did you mean test.yaml?"


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    ("product", "environment"), [("tiny", "../environments/test"), ("../customizations/tiny", "test")]
)
def test_a_path_in_place_of_a_name_is_refused(product: str, environment: str) -> None:
    with pytest.raises(SettingsInvalid, match="is no name"):
        select(product, environment)


def test_a_proof_that_a_file_is_absent_which_its_step_does_not_remove_is_told(spoil: Spoil) -> None:
    spoil(STEPS, "path: /app/build/static/advert.txt", "path: /app/build/static/advrt.txt")
    assert refused() == "step advert: proofs[0].path: the step removes no file called advrt.txt"


def test_a_text_that_the_texts_file_lacks_is_told_with_the_nearest(spoil: Spoil) -> None:
    spoil(STEPS, '"Name": account', '"Name": acount')
    assert "step texts: set.Name:" in refused()
    assert "has no text 'acount', did you mean 'account'?" in refused()


def test_a_text_without_a_default_is_told(spoil: Spoil) -> None:
    spoil(TEXTS, "default:", "en-US:")
    assert "these texts have no default: account" in refused()


NAMED = [
    *("brand/logo.svg", "patches/about.patch", "overlay/terms.txt", "brand/texts.yaml"),
    *("release/Dockerfile", "source/steps.yaml", "source/no-registry.yaml"),
]


@pytest.mark.parametrize("name", NAMED)
def test_a_file_that_settings_name_and_that_is_not_there_is_told(checkout: Path, name: str) -> None:
    (checkout / "customizations" / "tiny" / name).unlink()
    assert f"customizations/tiny/{name}" in refused()


def test_a_proof_that_compares_with_a_file_its_step_leaves_alone_is_told(spoil: Spoil) -> None:
    spoil(STEPS, "same_as: static/favicon.png }", "same_as: static/favicn.png }")
    told = (
        "step icons: proofs[0].same_as: the step does not change static/favicn.png, did you mean 'static/favicon.png'?"
    )
    assert refused() == told


def test_all_references_that_lead_nowhere_are_told_at_once(checkout: Path, spoil: Spoil) -> None:
    spoil(STEPS, '"Name": account', '"Name": nothing')
    (checkout / "customizations/tiny/brand/logo.svg").unlink()
    assert len(refused().splitlines()) == 2


@pytest.mark.usefixtures("checkout")
def test_the_sets_of_the_sources_build_are_read_and_follow_the_steps_that_brand() -> None:
    selection = select("tiny", "test")
    assert list(selection.sets) == ["source/steps.yaml", "source/no-registry.yaml"]
    ids = [step.id for step in selection.steps_with(["source/no-registry.yaml"])]
    assert ids == [*(step.id for step in selection.steps), "no-syntax-image"]


def test_a_step_id_that_stands_in_two_sets_is_told(spoil: Spoil) -> None:
    spoil("customizations/tiny/source/no-registry.yaml", "id: no-syntax-image", "id: title")
    assert refused() == "source/no-registry.yaml: the step id title stands in steps.yaml too"


@pytest.mark.usefixtures("checkout")
def test_the_strategy_of_the_environment_wins_over_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert select("tiny", "test").product.strategy == "auto"
    monkeypatch.setenv("STRATEGY", "source")
    assert select("tiny", "test").product.strategy == "source"


@pytest.mark.usefixtures("checkout")
def test_an_unknown_strategy_of_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATEGY", "sauce")
    assert "STRATEGY=sauce: Input should be 'auto', 'release' or 'source'" in refused()


def test_a_strategy_that_nothing_describes_is_told(spoil: Spoil) -> None:
    spoil(PRODUCT, "tree: upstream", "tree: upstream\nstrategy: release")
    spoil(PRODUCT, "    stand:\n", "    variant: full\n    stand:\n")
    assert "not every image says how it is made by release" in refused()


def test_a_variant_that_nothing_makes_is_told(spoil: Spoil) -> None:
    spoil(PRODUCT, "    stand:\n", "    variant: fat\n    stand:\n")
    assert "variant: 'fat' is none of full, slim" in refused()


OVERLAID = """
  - id: locked
    kind: overlay
    why: What is installed is locked.
    source: SOURCE
    path: locked
    replaces: false
    proofs:
      - { layer: tree, reason: What a build is given shows in no image. }
"""


@pytest.mark.parametrize("source", ["new/python.lock", "new"])
def test_a_lock_that_is_not_written_yet_is_no_missing_file(checkout: Path, spoil: Spoil, source: str) -> None:
    steps = checkout / STEPS
    steps.write_text(steps.read_text() + OVERLAID.replace("SOURCE", source))
    assert f"step locked: source: there is no {checkout / 'customizations/tiny' / source}" in refused()
    spoil(PRODUCT, "lock: release/requirements.lock", "lock: new/python.lock")
    assert select("tiny", "test").product.locks == {"new/python.lock"}


def test_our_lists_of_requirements_are_read_and_checked_with_all_else(checkout: Path, spoil: Spoil) -> None:
    spoil(PRODUCT, "upstream: backend/requirements.txt", "list: worker.yaml, code: ['**/*.py']")
    assert f"{checkout / 'customizations/tiny/worker.yaml'}: there is no such file" in refused()
    ours = checkout / "customizations/tiny/worker.yaml"
    ours.write_text("packages: { six: { import: [six] } }\n")
    assert "worker.yaml: packages.six.import: unknown key, did you mean 'imports'?" in refused()
    ours.write_text("packages: { six: {} }\n")
    assert list(select("tiny", "test").lists["worker.yaml"].packages) == ["six"]
