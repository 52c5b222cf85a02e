"""Where a base image comes from: what the engine has, the registry, or Debian's packages."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scripts.lib import bases, engine, shell
from scripts.lib.bases import BaseImage
from scripts.lib.checkout import Checkout
from scripts.lib.errors import CommandFailed, ResourceMissing
from scripts.lib.settings.images import Base, DebianBase, base_named
from scripts.lib.shell import Completed

BASE = Base(registry="python:3.11-slim", debian=DebianBase(suite="bookworm", packages=("python3",)))
MANIFEST = '{"schemaVersion": 2}'
A_DIGEST, ANOTHER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
NO_ANSWER = 'ERROR: failed to do request: Head "https://x/v2/": dial tcp: lookup x: no such host'
NOT_THERE = "ERROR: docker.io/library/python:3.11-slim: not found"


@dataclass
class World:
    """What the engine has, what the registry says, and what was run."""

    digest: str | None = None
    made: bool = False
    registry: str = ""
    """The client's complaint; empty where the registry has the image."""
    programs: tuple[str, ...] = ("docker", "mmdebstrap")
    ran: list[str] = field(default_factory=list)

    def run(self, argv: list[str], **_: Any) -> Completed:
        self.ran.append(" ".join(argv[:3]))
        if argv[1:3] == ["buildx", "imagetools"] and self.registry:
            raise CommandFailed(["docker buildx ended with exit code 1", f"  {self.registry}"], hint="")
        if argv[1:3] == ["buildx", "imagetools"]:
            return Completed(0, MANIFEST)
        if argv[1] == "pull":
            self.digest = "sha256:brought"
        if argv[1] == "import":
            self.made = True
        return Completed(0, "")

    def follow(self, argv: list[str], **_: Any) -> Completed:
        self.ran.append(argv[0])
        return Completed(0, "")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(shell, "run", made.run)
    monkeypatch.setattr(shell, "follow", made.follow)
    monkeypatch.setattr(shell, "has", lambda program: program in made.programs)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(engine, "repository_digest", lambda _: made.digest)
    monkeypatch.setattr(engine, "image_id", lambda _: "sha256:made" if made.made else None)
    return made


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(root=tmp_path, product="tiny", cache=tmp_path / "cache")


def test_what_the_engine_has_is_taken_without_asking_anybody(world: World, checkout: Checkout) -> None:
    world.digest = "sha256:there"
    assert bases.ensure(BASE, "auto", checkout) == BaseImage("python:3.11-slim", "sha256:there")
    assert world.ran == []


def test_a_stand_in_that_was_made_is_taken_again(world: World, checkout: Checkout) -> None:
    world.made = True
    assert bases.ensure(BASE, "auto", checkout).identity == "sha256:made"
    assert world.ran == []


def test_a_registry_that_answers_is_taken_first(world: World, checkout: Checkout) -> None:
    assert bases.ensure(BASE, "auto", checkout) == BaseImage("python:3.11-slim", "sha256:brought")
    assert world.ran == ["docker buildx imagetools", "docker pull --quiet"]


def test_where_no_registry_answers_debian_stands_in(world: World, checkout: Checkout) -> None:
    world.registry = NO_ANSWER
    made = bases.ensure(BASE, "auto", checkout)
    assert made.reference.startswith("graft/base:bookworm-")
    assert world.ran[1] == "mmdebstrap"


def test_policy_debian_asks_no_registry(world: World, checkout: Checkout) -> None:
    world.digest = "sha256:there"
    assert bases.ensure(BASE, "debian", checkout).identity == "sha256:made"
    assert world.ran[0] == "mmdebstrap"


@pytest.mark.parametrize("policy", ["auto", "registry"])
def test_an_image_that_the_registry_does_not_have_is_an_error(world: World, checkout: Checkout, policy: Any) -> None:
    world.registry = NOT_THERE
    with pytest.raises(CommandFailed, match="not found") as failed:
        bases.ensure(BASE, policy, checkout)
    assert "product.yaml" in failed.value.hint


def test_policy_registry_does_not_fall_back(world: World, checkout: Checkout) -> None:
    world.registry = NO_ANSWER
    world.made = True
    with pytest.raises(ResourceMissing, match=r"no registry answers for python:3\.11-slim"):
        bases.ensure(BASE, "registry", checkout)


def test_neither_registry_nor_mmdebstrap_names_the_package(world: World, checkout: Checkout) -> None:
    world.registry, world.programs = NO_ANSWER, ("docker",)
    with pytest.raises(ResourceMissing, match="mmdebstrap is not installed") as missing:
        bases.ensure(BASE, "auto", checkout)
    assert "apt-get install mmdebstrap" in missing.value.hint


def test_another_recipe_is_another_image(world: World, checkout: Checkout) -> None:
    world.made = True
    plain = bases.from_debian(BASE.debian, checkout)
    other = BASE.debian.model_copy(update={"packages": ("python3", "curl")})
    assert bases._reference(other) != plain.reference
    assert bases.from_debian(BASE.debian, checkout) == plain


def test_the_machines_own_mirror_is_used_for_the_suite_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    entry = "Types: deb\nURIs: http://mirror.example/debian\nSuites: {}\nComponents: main\n"
    (folder / "debian.sources").write_text("\n".join(map(entry.format, ("bookworm bookworm-updates", "trixie"))))
    monkeypatch.setattr(bases, "APT", tmp_path)
    assert bases._sources("bookworm") == entry.format("bookworm bookworm-updates")
    assert bases._sources("noble") == ""


def test_one_line_sources_are_understood_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "deb http://mirror.example/debian bookworm main\n"
    (tmp_path / "sources.list").write_text(
        line + "deb http://mirror.example/debian trixie main\n# deb x bookworm main\n"
    )
    monkeypatch.setattr(bases, "APT", tmp_path)
    assert bases._sources("bookworm") == line


def test_a_tag_has_the_digest_that_its_registry_tells(world: World) -> None:
    assert bases.digest("python:3.11-slim", "auto") == f"sha256:{hashlib.sha256(MANIFEST.encode()).hexdigest()}"
    assert bases.digest("python:3.11-slim", "debian") is None
    world.registry = NO_ANSWER
    assert bases.digest("python:3.11-slim", "auto") is None


def test_a_dockerfile_names_the_base_of_its_tag_by_digest_or_another_tag_of_one() -> None:
    older, newer = (Base(registry=f"python:{tag}", debian=BASE.debian) for tag in ("3.11", "3.12"))
    known = {"older": older.by_digest(A_DIGEST), "newer": newer.by_digest(ANOTHER)}
    assert base_named(known, "python:3.11") == known["older"]
    assert base_named(known, "python:3.12") == known["newer"]
    assert (other := base_named(known, "python:3.13"))
    assert (other.registry, other.digest) == ("python:3.13", None)
    assert base_named(known, "node:22") is None


def test_a_locked_base_is_asked_for_where_only_its_stand_in_is_there(world: World, checkout: Checkout) -> None:
    locked = BASE.by_digest(A_DIGEST)
    world.made = True
    assert bases.ensure(locked, "auto", checkout).reference == locked.registry
    world.digest, world.registry = None, NO_ANSWER
    assert bases.ensure(locked, "auto", checkout).made_here


def test_what_is_locked_is_not_replaced_where_the_registry_is_busy_or_has_it_no_more(
    world: World, checkout: Checkout
) -> None:
    locked, world.made = BASE.by_digest(A_DIGEST), True
    world.registry = "ERROR: unexpected status from HEAD request to https://x/v2/: 429 Too Many Requests"
    assert bases.ensure(BASE, "auto", checkout).made_here
    with pytest.raises(CommandFailed) as failure:
        bases.ensure(locked, "auto", checkout)
    assert "later" in failure.value.hint
    world.registry = NOT_THERE
    with pytest.raises(CommandFailed) as failure:
        bases.ensure(locked, "auto", checkout)
    assert "invoke update" in failure.value.hint
    world.registry = "ERROR: unexpected status from HEAD request to https://x/v2/: 401 Unauthorized"
    with pytest.raises(CommandFailed) as failure:
        bases.ensure(locked, "auto", checkout)
    assert "login" in failure.value.hint
