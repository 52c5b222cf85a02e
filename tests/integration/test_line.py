"""The whole line on a real engine and a real registry, with Tiny as the upstream."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import yaml

from tests import own_registry, tiny
from tests.tiny import make_checkout

ROOT = Path(__file__).resolve().parents[2]
STAGES = ("fetch", "validate", "customize", "build", "smoke", "gate", "publish")


@dataclass(frozen=True)
class Line:
    """One checkout of Tiny under a name of its own, with a cache and a registry of its own."""

    product: str
    root: Path
    cache: Path
    port: int

    @property
    def customizations(self) -> Path:
        return self.root / "customizations" / self.product

    @property
    def environment(self) -> Path:
        return self.root / "compose/environments/test.yaml"

    @property
    def out(self) -> Path:
        return self.root / "out" / self.product

    @property
    def ours(self) -> str:
        """Docker's filter for what this line made."""
        return f"label=graft.product={self.product}"

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a command that works on this line."""
        own = {"CHECKOUT": str(self.root), "CACHE": str(self.cache), "PRODUCT": self.product, "ENVIRONMENT": "test"}
        return os.environ | own

    def run(self, *argv: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        """Run a command as a user would; fails with what it said where its exit code is another."""
        done = subprocess.run(argv, cwd=ROOT, env=self.variables, capture_output=True, text=True, check=False)
        assert done.returncode == code, f"{argv} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def stage(self, name: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        return self.run(sys.executable, "-m", f"scripts.{name}", code=code)

    def invoke(self, *tasks: str) -> list[str]:
        """Run tasks and return the line of success of each stage."""
        done = self.run(str(Path(sys.executable).with_name("invoke")), *tasks)
        return stage_lines(done)

    def record(self, name: str) -> Any:
        return json.loads((self.out / f"{name}.json").read_text())

    def ledger(self) -> list[Any]:
        return [json.loads(line) for line in (self.out / "ledger.jsonl").read_text().splitlines()]

    def published(self, name: str = "tiny-app") -> str:
        """Reference by digest of what was published last."""
        image = self.record("release.test")["images"][name]
        return f"localhost:{self.port}/{image['repository']}@{image['digest']}"


def edit(file: Path, old: str, new: str) -> None:
    """Change the one place of a file where `old` stands."""
    assert file.read_text().count(old) == 1
    file.write_text(file.read_text().replace(old, new))


def stage_lines(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """The lines of success in what a command printed."""
    return [line for line in done.stdout.splitlines() if line.partition(":")[0] in STAGES]


def docker(*argv: str) -> str:
    return subprocess.run(["docker", *argv], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607


def redone(said: Sequence[str]) -> list[str]:
    """The stages that had something to do; every stage must have spoken, in order."""
    assert list(dict.fromkeys(line.partition(":")[0] for line in said)) == list(STAGES)
    return [line.partition(":")[0] for line in said if "up to date" not in line]


@contextmanager
def a_line(folder: Path, of: ModuleType = tiny) -> Iterator[Line]:
    """Make a line of an upstream of ours, and remove its containers, images, registry and volume at the end."""
    port = own_registry.free_port()
    product = f"{of.__name__.rpartition('.')[2]}-{secrets.token_hex(3)}"
    line = Line(product, of.make_checkout(folder / "checkout", product=product, port=port), folder / "cache", port)
    try:
        line.stage("update")
        yield line
    finally:
        registry = yaml.safe_load(line.environment.read_text())["registry"]["name"]
        try:
            line.stage("clean")
        finally:
            own_registry.remove(registry)
            own_registry.forget(f"localhost:{port}")


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line that has published once; the tests of this file go on from there, in their order."""
    with a_line(tmp_path_factory.mktemp("line")) as made:
        assert redone(made.invoke("build", "publish")) == list(STAGES)
        yield made


@contextmanager
def started(reference: str) -> Iterator[httpx.Client]:
    """Start a published image as a bare `docker run` does, wait until it answers, and remove what was pulled."""
    container = docker("run", "--detach", "--label", "graft.test=1", "--publish", "127.0.0.1::8080", reference)
    try:
        address = docker("port", container, "8080").splitlines()[0]
        with httpx.Client(base_url=f"http://{address}", trust_env=False) as client:
            _wait_for(client)
            yield client
    finally:
        docker("rm", "--force", container)
        docker("rmi", reference)


def _wait_for(client: httpx.Client) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if client.get("/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the container does not answer")


def test_the_published_digest_shows_our_name_without_any_setting(line: Line) -> None:
    with started(line.published()) as client:
        assert client.get("/api/config").json()["name"] == "Acme"
        assert client.get("/manifest.json").json()["name"] == "Acme"
        assert "<title>Acme</title>" in client.get("/").text


def test_the_registry_has_the_image_that_was_proven(line: Line) -> None:
    proven = line.record("smoke-report")["images"]["tiny-app"]
    published = line.record("release.test")["images"]["tiny-app"]
    assert published["image_id"] == proven == line.record("image")["images"]["tiny-app"]["image_id"]
    accept = {
        "Accept": "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"
    }
    for tag in published["tags"]:
        answer = httpx.get(f"http://localhost:{line.port}/v2/tiny-app/manifests/{tag}", headers=accept)
        assert answer.headers["Docker-Content-Digest"] == published["digest"]
        assert answer.json()["config"]["digest"] == proven


def test_every_customization_was_seen_in_the_running_image(line: Line) -> None:
    checks = line.record("smoke-report")["checks"]["tiny-app"]
    steps = yaml.safe_load((line.customizations / "steps.yaml").read_text())["steps"]
    assert {step["id"] for step in steps} <= {check["step"] for check in checks}
    assert [check for check in checks if not check["passed"]] == []


def test_a_second_run_does_nothing(line: Line) -> None:
    before = {p: p.read_bytes() for p in line.out.glob("*.json")}
    said = [told for name in STAGES for told in stage_lines(line.stage(name))]
    assert redone(said) == []
    assert {p: p.read_bytes() for p in line.out.glob("*.json")} == before


def test_one_changed_text_is_published_and_only_what_follows_is_redone(line: Line) -> None:
    before = line.published()
    edit(line.customizations / "brand/texts.yaml", "pt-PT: Conta", "pt-PT: Utilizador")
    assert redone(line.invoke("publish")) == ["validate", "customize", "build", "smoke", "gate", "publish"]
    assert line.published() != before
    assert len(line.record("release.test")["images"]["tiny-app"]["tags"]) >= 2


def test_another_limit_asks_for_proof_again_and_for_no_other_image(line: Line) -> None:
    before = line.published()
    edit(line.environment, "memory: 256m", "memory: 300m")
    again = redone(line.invoke("publish"))
    assert "smoke" in again
    assert not {"fetch", "validate", "customize", "build"} & set(again)
    assert line.published() == before


def test_a_cleaned_checkout_builds_the_same_image_again(line: Line) -> None:
    before, image = line.published(), line.record("image")["images"]["tiny-app"]["image_id"]
    release = line.out / "release.test.json"
    kept = release.read_bytes()
    line.stage("clean")
    assert docker("images", "--quiet", "--filter", line.ours) == ""
    line.invoke("build")
    if "CACHED" not in (line.out / "logs/build-tiny-app.log").read_text():
        release.write_bytes(kept)  # what the tests after this one start from
        pytest.skip("the engine did not find its build cache: another build of the same base runs on it")
    assert line.record("image")["images"]["tiny-app"]["image_id"] == image
    line.invoke("publish")
    assert line.published() == before


def test_a_smoke_of_what_is_gone_or_of_another_tree_is_refused(line: Line) -> None:
    image, record = line.record("image"), line.out / "image.json"
    record.write_text(json.dumps(image | {"tree": "0" * 40}))
    assert "the image is of tree 000000000000" in line.stage("smoke", code=3).stderr
    record.write_text(json.dumps(image))
    docker("rmi", "--force", image["images"]["tiny-app"]["image_id"])
    assert "hint: run: invoke build" in line.stage("smoke", code=3).stderr
    line.stage("build")
    line.stage("smoke")


def test_another_image_of_the_same_tree_takes_no_tag_of_the_first(line: Line) -> None:
    first = line.record("release.test")["images"]["tiny-app"]["image_id"]
    dockerfile = line.customizations / "release/Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "LABEL other=1\n")
    said = line.run(str(Path(sys.executable).with_name("invoke")), "publish", code=20)
    assert {"build", "smoke", "gate"} <= set(redone([*stage_lines(said), "publish:"]))
    again = line.record("image")["images"]["tiny-app"]["image_id"]
    assert first in said.stderr
    assert again in said.stderr
    edit(line.customizations / "product.yaml", 'customization_version: "1.0"', 'customization_version: "1.1"')
    line.invoke("publish")
    assert any(tag.startswith("1.0.0-custom.1.1-") for tag in line.record("release.test")["images"]["tiny-app"]["tags"])


def test_what_is_not_proven_is_not_published(line: Line) -> None:
    before = (line.out / "release.test.json").read_bytes()
    edit(line.customizations / "steps.yaml", "contains: <title>Acme</title>", "contains: <title>Other</title>")
    for name in ("fetch", "validate", "customize", "build"):
        line.stage(name)
    assert line.run(sys.executable, "-m", "scripts.smoke", code=20).stderr.count("<title>Other</title>") >= 1
    assert "runtime" in line.stage("gate", code=20).stderr
    line.stage("publish", code=20)
    assert (line.out / "release.test.json").read_bytes() == before


def test_nothing_is_left_behind(line: Line) -> None:
    assert docker("ps", "--all", "--quiet", "--filter", line.ours, "--filter", "label=graft.run") == ""
    assert docker("network", "ls", "--quiet", "--filter", line.ours) == ""
    assert docker("images", "--quiet", "--filter", line.ours, "--filter", "dangling=true") == ""


def test_clean_removes_images_and_keeps_the_registrys_volume(line: Line) -> None:
    line.stage("clean")
    assert docker("images", "--quiet", "--filter", line.ours) == ""
    assert not (line.out / "workspace").exists()
    assert f"graft-test-registry-{line.port}" in docker("volume", "ls", "--format", "{{.Name}}").split()


def test_the_cache_is_enough_to_fetch_again(line: Line) -> None:
    shutil.rmtree(line.root / "upstream")
    line.stage("fetch")
    assert (line.out / "workspace/src/app.html").is_file()


@pytest.mark.parametrize(
    ("stage", "before"),
    [("validate", "fetch"), ("customize", "fetch"), ("build", "customize"), ("smoke", "build"), ("publish", "gate")],
)
def test_a_stage_without_what_comes_before_says_which_task_to_run(tmp_path: Path, stage: str, before: str) -> None:
    alone = Line("tiny", make_checkout(tmp_path / "checkout"), tmp_path / "cache", 0)
    said = alone.stage(stage, code=3).stderr
    assert "hint: run: invoke " in said
    assert "is missing" in said
    assert STAGES.index(said.rpartition("invoke ")[2].split()[0]) <= STAGES.index(before)
