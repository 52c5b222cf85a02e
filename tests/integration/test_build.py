"""Images are really built: what is in them, what is not, and how a build fails."""

import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.lib import console, engine
from scripts.lib.commands.buildx import Build
from scripts.lib.image_build import build_image
from tests.integration.test_line import Line, a_line

OURS = {"graft.test": "1"}
CERTIFICATES = b"-----BEGIN CERTIFICATE-----\nOnlyThisNetworkKnowsIt\n-----END CERTIFICATE-----\n"
DOCKERFILE = """\
FROM base
RUN --mount=from=uv,source=uv,target=/run/uv --mount=type=secret,id=ca,target=/run/ca.pem \\
    grep -c OnlyThisNetworkKnowsIt /run/ca.pem > /seen
"""
REQUIREMENTS_STEP = """
  - id: more-requirements
    kind: overlay
    why: A package of our own.
    source: overlay/requirements.txt
    path: backend/requirements.txt
    replaces: true
    proofs:
      - { layer: http, get: /, contains: Acme }
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, base_image: str) -> Iterator[Line]:
    """A line with a built image; the tests of this file go on from there, in their order."""
    with a_line(tmp_path_factory.mktemp("build")) as line:
        for stage in ("fetch", "validate", "customize", "build"):
            line.stage(stage)
        yield line


def test_the_image_is_labelled_with_what_it_is_made_of(built: Line) -> None:
    image = built.record("image")["images"]["tiny-app"]
    labels = engine.image_config(image["image_id"])["Labels"]
    assert engine.image_id(image["reference"]) == image["image_id"]
    assert labels["graft.product"] == built.product
    assert labels["org.opencontainers.image.title"] == "Acme"
    assert labels["org.opencontainers.image.version"] == "1.0.0-custom.1.0"
    assert labels["org.opencontainers.image.revision"] == built.record("tree")["tree"]
    assert labels["org.opencontainers.image.base.digest"] == image["bases"]["python"]


def test_the_image_holds_the_projected_front_end(built: Line) -> None:
    image = built.record("image")["images"]["tiny-app"]["image_id"]
    page = engine.read_files(image, ["/app/build/index.html"], OURS)["/app/build/index.html"] or b""
    folder = page.split(b'href="/_app/')[1].split(b"/")[0].decode()
    scripts = f"/app/build/_app/{folder}/chunks"
    found = engine.read_files(image, [f"{scripts}/CqE0.js", f"{scripts}/DE10.js", "/app/build/static/advert.txt"], OURS)
    assert folder.startswith("immutable-")
    assert b'"Acme",' in (found[f"{scripts}/CqE0.js"] or b"")
    assert b"export{t as default}" in (found[f"{scripts}/DE10.js"] or b"")
    assert found["/app/build/static/advert.txt"] is None


def test_the_log_holds_all_that_buildkit_said(built: Line) -> None:
    log = (built.out / "logs/build-tiny-app.log").read_text()
    assert log.startswith("$ docker buildx build ")
    assert "exporting to image" in log


def test_nothing_changed_means_nothing_to_build(built: Line) -> None:
    before = built.record("image")
    assert "up to date" in built.stage("build").stdout
    assert built.record("image") == before


def test_an_engine_that_does_not_run_is_said_with_the_way_out(built: Line) -> None:
    done = built.run("env", "DOCKER_HOST=unix:///nowhere/docker.sock", sys.executable, "-m", "scripts.build", code=4)
    assert "build: Docker is not running" in done.stderr
    assert "hint: start Docker" in done.stderr


def test_a_workspace_that_was_changed_by_hand_is_not_built(built: Line) -> None:
    dockerfile = built.customizations / "release/Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "# changed\n")
    page = built.out / "workspace/src/app.html"
    page.write_bytes(page.read_bytes() + b"<!-- by hand -->")
    assert "changed by hand" in built.stage("build", code=3).stderr
    before = built.record("image")["images"]["tiny-app"]
    for stage in ("validate", "customize", "build"):
        built.stage(stage)
    after = built.record("image")["images"]["tiny-app"]
    assert after["reference"] == before["reference"]
    assert engine.images({"graft.product": built.product}) == [after["reference"]], "the replaced image is still here"


@pytest.mark.parametrize("name", ["backend/more.py", "backend/__pycache__/more.pyc"])
def test_a_file_that_no_step_made_is_not_built(built: Line, name: str) -> None:
    dockerfile = built.customizations / "release/Dockerfile"
    good, stray = dockerfile.read_text(), built.out / "workspace" / name
    (built.out / "workspace/.git/info/exclude").write_text("__pycache__\n")
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("x")
    dockerfile.write_text(good + "# changed again\n")
    assert "changed by hand" in built.stage("build", code=3).stderr
    stray.unlink()
    dockerfile.write_text(good)


def test_a_step_on_the_requirements_asks_for_a_new_lock(built: Line) -> None:
    steps = built.customizations / "steps.yaml"
    lock = built.customizations / "release/requirements.lock"
    good, locked = steps.read_text(), lock.read_text()
    steps.write_text(good + REQUIREMENTS_STEP)
    (built.customizations / "overlay/requirements.txt").write_text("# Tiny needs nothing; no more than before.\n")
    said = built.stage("validate", code=3).stderr
    assert "requirements.lock was not locked from the customized tree's backend/requirements.txt" in said
    assert "hint: run: invoke update" in said
    for stage in ("update", "validate", "customize"):
        built.stage(stage)
    assert lock.read_text() != locked
    built.run(sys.executable, "-m", "scripts.customize", "--undo", "more-requirements")
    assert "was not locked from the customized tree's backend/requirements.txt" in built.stage("build", code=3).stderr
    steps.write_text(good)
    lock.write_text(locked)
    for stage in ("validate", "customize", "build"):
        built.stage(stage)


def test_the_images_of_earlier_trees_go_but_what_a_container_uses(built: Line) -> None:
    first = built.record("image")["images"]["tiny-app"]["reference"]
    settings = built.customizations / "brand/texts.yaml"
    good = settings.read_text()
    used = engine.create(engine.Container(first, {"graft.test": "1"}))
    try:
        for text in ("Um", "Dois"):
            settings.write_text(good.replace("pt-PT: Conta", f"pt-PT: {text}"))
            for stage in ("validate", "customize", "build"):
                built.stage(stage)
        present = built.record("image")["images"]["tiny-app"]["reference"]
        assert set(engine.images({"graft.product": built.product})) == {first, present}
    finally:
        engine.remove(used)
    settings.write_text(good)
    for stage in ("validate", "customize", "build"):
        built.stage(stage)
    assert engine.images({"graft.product": built.product}) == [first]


def test_a_build_that_fails_shows_its_last_lines_and_leaves_the_record(built: Line) -> None:
    before = built.record("image")
    dockerfile = built.customizations / "release/Dockerfile"
    good = dockerfile.read_text()
    dockerfile.write_text(good + "RUN echo 'it broke here' && exit 7\n")
    done = built.stage("build", code=10)
    assert "it broke here" in done.stderr
    assert "exit code: 7" in done.stderr
    assert f"the full log is {built.out / 'logs/build-tiny-app.log'}" in done.stderr
    assert built.record("image") == before
    dockerfile.write_text(good)
    assert "up to date" in built.stage("build").stdout


def test_no_certificate_of_the_machine_enters_a_layer(base_image: str, tmp_path: Path) -> None:
    for name, data in {"Dockerfile": DOCKERFILE.encode(), "ca.pem": CERTIFICATES, "uv/uv": b"#!/bin/sh\n"}.items():
        (tmp_path / "context" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "context" / name).write_bytes(data)
    reference = "graft-test/ca:1"
    given = Build(
        dockerfile=tmp_path / "context/Dockerfile",
        reference=reference,
        metadata=tmp_path / "metadata.json",
        contexts={"base": f"docker-image://{base_image}", "uv": str(tmp_path / "context/uv")},
        labels={"graft.test": "1"},
        secrets={"ca": tmp_path / "context/ca.pem"},
    )
    try:
        with console.part("build") as part:
            image = build_image(given, tmp_path / "build.log", part)
        assert engine.image_id(reference) == image
        assert engine.read_files(image, ["/seen"], OURS)["/seen"] == b"1\n"
        names, content = _last_layer(reference, tmp_path)
        assert b"OnlyThisNetworkKnowsIt" not in content
        assert {name for name in names if not name.endswith(("run", "seen"))} <= {"etc", "proc", "sys", "dev"}
    finally:
        engine.remove_image(reference)


def _last_layer(reference: str, folder: Path) -> tuple[set[str], bytes]:
    """Return the names in the last layer of an image, and that layer's bytes."""
    archive = folder / "image.tar"
    subprocess.run(["docker", "save", "--output", str(archive), reference], check=True)  # noqa: S607
    with tarfile.open(archive) as image:
        (manifest,) = json.load(image.extractfile("manifest.json") or sys.stdin)
        layer = folder / "layer.tar"
        layer.write_bytes((image.extractfile(manifest["Layers"][-1]) or sys.stdin.buffer).read())
    with tarfile.open(layer) as content:
        return set(content.getnames()), layer.read_bytes()
