"""What is kept of a release for the next one's report."""

from datetime import timedelta
from pathlib import Path

import pytest

from scripts.lib import released
from scripts.lib.checkout import Checkout
from scripts.lib.records import PublishedImage, Release, Shot, Tree
from tests.told import NOW

TREE = Tree(inputs="i", source="s", customization="1.0", tree="d" * 40, steps=(), verified=True)
SHOT = Shot(
    image="app", page="login", locale="en-US", scheme="light", device="phone", path="evidence/1.png", vanilla="v"
)


@pytest.fixture
def place(tmp_path: Path) -> Checkout:
    found = Checkout(tmp_path, "acme", tmp_path / "cache")
    (found.out / "evidence").mkdir(parents=True)
    (found.out / SHOT.path).write_bytes(b"picture")
    return found


def keep(place: Checkout, number: int, *shots: Shot) -> None:
    image = PublishedImage(
        registry="r", repository="app", image_id=f"sha256:{number:064}", digest=f"sha256:{0:064}", tags=(f"v{number}",)
    )
    release = Release(inputs="i", environment="dev", version=f"{number}.0.0", verdict="v", images={"app": image})
    released.keep(place, release, TREE, {"app": number}, shots, NOW + timedelta(days=number))


def before(place: Checkout, number: int) -> str | None:
    found = released.before(place, "dev", {"app": f"sha256:{number:064}"})
    return found.version if found else None


def test_the_release_before_is_the_newest_of_other_images(place: Checkout) -> None:
    assert before(place, 1) is None
    keep(place, 1)
    assert before(place, 1) is None
    assert before(place, 2) == "1.0.0"
    keep(place, 2)
    assert (before(place, 1), before(place, 2), before(place, 3)) == ("2.0.0", "1.0.0", "2.0.0")


def test_two_releases_are_kept_and_each_once(place: Checkout) -> None:
    for number in (1, 2, 3, 3):
        keep(place, number)
    assert len(list((place.out / "released/dev").iterdir())) == 2
    assert before(place, 3) == "2.0.0"


def test_another_environments_releases_are_its_own(place: Checkout) -> None:
    keep(place, 1)
    assert released.before(place, "production", {}) is None


def test_pictures_are_copies_that_outlive_the_next_run(place: Checkout) -> None:
    keep(place, 1, SHOT, SHOT.model_copy(update={"path": "evidence/gone.png"}))
    (place.out / SHOT.path).write_bytes(b"another")
    found = released.before(place, "dev", {})
    assert found
    (shot,) = found.shots
    assert (place.out / shot.path).read_bytes() == b"picture"
    assert (shot.page, shot.vanilla) == ("login", None)


def test_what_another_version_kept_is_passed_over(place: Checkout) -> None:
    keep(place, 1)
    (path,) = place.out.glob("released/dev/*/released.json")
    path.write_text("{}")
    assert before(place, 2) is None
