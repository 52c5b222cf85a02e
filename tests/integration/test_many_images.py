"""Several images of one tree, each by its own Dockerfile, of a product that has no built release at all."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.lib import bases, embedded_registry, engine
from scripts.lib.checkout import Checkout
from scripts.lib.settings.environment import EmbeddedRegistry, Environment
from scripts.lib.settings.loading import load
from tests import tiny
from tests.integration.test_line import Line, a_line, docker, edit

OURS = {"graft.test": "1"}
DOCKERFILE = """\
FROM python:3.12-slim-trixie
COPY . /app
ARG COMMIT
ARG VERSION
ARG CREATED
ARG KIND
RUN printf '%s\\n' "$COMMIT" "$VERSION" "$CREATED" "$KIND" > /build
CMD ["python3", "-c", "print('a worker')"]
"""
IGNORED = "*\n!backend\n**/*.db\n"
STEPS = """
  - id: worker
    kind: overlay
    why: An image of its own for the worker.
    source: overlay/worker
    path: worker
    replaces: false
    proofs:
      - { layer: tree, reason: What a build is given shows in no image. }
"""
WORKER = {
    "about": {"title": "Worker", "description": "Works for Acme", "licences": "LicenseRef-Tiny"},
    "source": {
        "dockerfile": "worker/Dockerfile",
        "arguments": {"COMMIT": "{commit}", "VERSION": "{version}", "CREATED": "on {created}", "KIND": "all"},
        "variants": {"slim": {"KIND": "slim"}},
        "memory": 50_000_000,
        "disk": 50_000_000,
    },
    "stand": {"port": 8080, "health": "/health"},
}


def without_release(customizations: Path, **images: Any) -> None:
    """Make the product one of several images, all by strategy source."""
    path = customizations / "product.yaml"
    product = yaml.safe_load(path.read_text())
    del product["release"], product["sources"]["release"], product["images"]["tiny-app"]["release"]
    path.write_text(yaml.safe_dump(product | {"images": product["images"] | images}, sort_keys=False))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, base_image: str) -> Iterator[Line]:
    """A line that has built both images; the tests of this file go on from there, in their order."""
    with a_line(tmp_path_factory.mktemp("many")) as line:
        own = line.customizations / "overlay/worker"
        own.mkdir(parents=True)
        (own / "Dockerfile").write_text(DOCKERFILE)
        (own / "Dockerfile.dockerignore").write_text(IGNORED)
        steps = line.customizations / "steps.yaml"
        steps.write_text(steps.read_text() + STEPS)
        without_release(line.customizations, worker=WORKER, later=WORKER | {"versions": {"from": "1.1"}})
        tiny.pack_source(
            line.root / "upstream/tiny-1.0.0.tar.gz", edit=lambda files: files.update({"backend/live.db": b"canary"})
        )
        for stage in ("update", "fetch", "validate", "customize", "build"):
            line.stage(stage)
        yield line


def image_id(line: Line, name: str) -> str:
    found: str = line.record("image")["images"][name]["image_id"]
    return found


def content(line: Line, name: str, *paths: str) -> dict[str, bytes | None]:
    return engine.read_files(image_id(line, name), paths, OURS)


def test_the_images_of_this_version_are_built_and_no_other(many: Line) -> None:
    images = many.record("image")["images"]
    assert list(images) == ["tiny-app", "worker"]
    assert {image["strategy"] for image in images.values()} == {"source"}
    assert [image["notes"] for image in images.values()] == [[], []]
    assert images["tiny-app"]["bases"] == images["worker"]["bases"]
    assert "up to date" in many.stage("build").stdout


def test_every_image_has_the_files_that_its_own_ignore_file_lets_through(many: Line) -> None:
    found = content(many, "worker", "/app/backend/tiny/main.py", "/app/backend/live.db", "/app/package.json")
    assert found["/app/backend/tiny/main.py"]
    assert found["/app/backend/live.db"] is found["/app/package.json"] is None
    assert content(many, "tiny-app", "/app/backend/live.db")["/app/backend/live.db"] == b"canary"


def test_the_build_is_told_what_it_is_of(many: Line) -> None:
    source, labels = many.record("source"), engine.image_config(image_id(many, "worker"))["Labels"]
    told = (content(many, "worker", "/build")["/build"] or b"").decode().splitlines()
    created = labels["org.opencontainers.image.created"]
    assert told == [source["sources"]["upstream"]["resolved"], "1.0.0", f"on {created}", "slim"]
    assert labels["org.opencontainers.image.title"] == "Worker"


def registry_of(line: Line) -> EmbeddedRegistry:
    found = load(line.environment, Environment).registry
    assert isinstance(found, EmbeddedRegistry)
    return found


def elsewhere(line: Line) -> None:
    """Go on as on another machine: no record of images, and none of them in the engine."""
    for image in line.record("image")["images"].values():
        docker("rmi", "--force", image["image_id"])
    (line.out / "image.json").unlink()


def test_machines_that_build_an_image_each_share_them_through_staging(
    many: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = registry_of(many)
    base = embedded_registry.base(settings)
    place = Checkout(many.root, many.product, many.cache)
    embedded_registry.ensure(settings, lambda: bases.ensure(base, "auto", place).reference)
    monkeypatch.setenv("STAGING", f"localhost:{settings.port}/team")
    made = {}
    for name in ("worker", "tiny-app"):
        elsewhere(many)
        monkeypatch.setenv("IMAGES", name)
        many.stage("build")
        assert list(many.record("image")["images"]) == [name]
        made[name] = image_id(many, name)
        assert "was not built" in many.stage("smoke", code=3).stderr
        assert "up to date" in many.stage("build").stdout
    elsewhere(many)
    monkeypatch.delenv("IMAGES")
    done = many.stage("build")
    said = done.stdout + done.stderr
    assert {name: image_id(many, name) for name in many.record("image")["images"]} == made
    assert set(re.findall(r"pull localhost:\d+/team/([\w-]+)-staging@", said)) == made.keys()
    assert "build graft/" not in said


def test_one_image_is_made_anew_beside_the_others_and_an_unknown_one_is_refused(
    many: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = many.record("image")["images"]
    docker("rmi", "--force", before["worker"]["image_id"])
    monkeypatch.setenv("IMAGES", "worker")
    many.stage("build")
    assert many.record("image")["images"]["tiny-app"] == before["tiny-app"]
    for names, words in (("worker,wroker", "did you mean 'worker'?"), ("later", "later is no image of 1.0.0")):
        monkeypatch.setenv("IMAGES", names)
        assert words in many.stage("build", code=2).stderr


def test_a_build_that_fails_names_its_image_and_leaves_the_record(many: Line) -> None:
    before = many.record("image")
    edit(many.customizations / "overlay/worker/Dockerfile", "COPY . /app", "COPY none /app")
    for stage in ("validate", "customize"):
        many.stage(stage)
    said = many.stage("build", code=10).stderr
    assert "build-worker.log" in said
    assert many.record("image") == before
    edit(many.customizations / "overlay/worker/Dockerfile", "COPY none /app", "COPY . /app")
    for stage in ("validate", "customize", "build"):
        many.stage(stage)


def test_an_image_that_a_version_gains_is_built_with_it(many: Line) -> None:
    tiny.pack_source(many.root / "upstream/tiny-1.0.0.tar.gz", edit=_newer)
    for stage in ("update", "fetch", "validate", "customize", "build"):
        many.stage(stage)
    assert list(many.record("image")["images"]) == ["tiny-app", "worker", "later"]


def _newer(files: dict[str, bytes]) -> None:
    files["package.json"] = json.dumps(json.loads(files["package.json"]) | {"version": "1.1.0"}).encode()


def test_no_image_for_a_version_is_told_before_anything_is_made(many: Line) -> None:
    settings = many.customizations / "product.yaml"
    product = yaml.safe_load(settings.read_text())
    del product["deploy"]
    for image in product["images"].values():
        image["versions"] = {"from": "7"}
    settings.write_text(yaml.safe_dump(product))
    assert "build: images: none is for version 1.1.0" in many.stage("build", code=2).stderr
