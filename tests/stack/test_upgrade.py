"""A release follows another, and goes back to it, by the tag in .env, `pull` and `up` alone. (Acceptance G)"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scripts.lib import engine
from tests.stack.conftest import Built
from tests.stack.containers import Containers
from tests.stack.lamb_api import Account
from tests.stack.plain import Plain, addresses, plain
from tests.stack.releases import NEXT, changed_release, push, registry, release_of
from tests.stack.seeds import leave, missing

NOW = "0.6.0"


@pytest.fixture(scope="module")
def following(request: pytest.FixtureRequest) -> Path | None:
    """The top of a real LAMB that follows the one under test; None where that is to be changed a little instead."""
    found: Path | None = request.config.getoption("--next")
    return found


@pytest.fixture(scope="module")
def pushed(built: Built, tmp_path_factory: pytest.TempPathFactory, following: Path | None) -> Iterator[str]:
    """A registry that has both releases, each under its tag."""
    folder = tmp_path_factory.mktemp("next")
    made = release_of(following, folder) if following else changed_release(built, folder)
    with registry(built) as place, made as images:
        push(place, built.references, NOW)
        push(place, images, NEXT)
        yield place


def take(site: Plain, tag: str) -> None:
    """Do what people are told to do for another release."""
    site.sets(LAMB_TAG=tag)
    site.compose("pull", "--ignore-buildable", "--quiet", *site.ours())
    site.compose("up", "--detach", "--wait")


def is_next(site: Plain) -> bool:
    answer = httpx.get(f"{site.address('LAMB_PORT')}/next", trust_env=False)
    return answer.headers["content-type"].startswith("application/json") and answer.json() == {"next": True}


def test_the_next_release_and_the_way_back_keep_everything(
    built: Built, pushed: str, following: Path | None, tmp_path: Path
) -> None:
    with plain(built, tmp_path / "lamb", {"LAMB_REGISTRY": pushed, "LAMB_TAG": NOW}) as site:
        assert not any("build" in service for service in site.config()["services"].values())
        take(site, NOW)
        admin = Account(site.value("OWI_ADMIN_EMAIL"), site.value("OWI_ADMIN_PASSWORD"))
        inside = Containers(site.stack)
        seeds = leave(addresses(site), admin, inside.environment("kb")["HOME_URL"])
        before, first = (inside.files(), inside.kept()), site.images()
        assert not is_next(site)
        for tag in (NEXT, NOW):
            take(site, tag)
            assert following or is_next(site) == (tag == NEXT)
            assert missing(seeds, addresses(site), admin) == []
            assert (inside.files(), inside.kept()) == before
            assert (site.images() == first) == (tag == NOW)
            for service in site.ours():
                pulled = engine.image_id(f"{pushed}/{IMAGES[service]}:{tag}")
                assert site.images()[service] == pulled, service


IMAGES = {
    "lamb": "lamb",
    "kb": "lamb-kb",
    "openwebui": "lamb-openwebui",
    "library-manager": "lamb-library-manager",
}
