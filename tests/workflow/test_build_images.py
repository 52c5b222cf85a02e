"""The workflow that publishes images for everybody, job after job, as on GitHub, with Tiny as the product.

Of the architectures this machine's own alone: joining two is shown in tests/integration/publish.
"""

import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator

import httpx
import pytest
import yaml

from scripts.lib import engine, shell
from tests.tiny import make_checkout
from tests.workflow.conftest import ROOT, TINY, Repository, fill
from tests.workflow.pipeline import SKIPPED, SUCCESS, Event, Run
from tests.workflow.test_pipeline import tags

LINE = ["fetch", "validate", "customize", "build", "smoke", "gate", "publish", "join"]
KINDS = ["version", "minor", "major", "latest", "edge", "tree"]


@pytest.fixture(scope="module")
def space() -> str:
    return f"Images-{secrets.token_hex(3)}"


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory, registry: str) -> Iterator[Repository]:
    """A repository with a locked product that has the tags of releases, for the one architecture of this machine."""
    made = Repository(tmp_path_factory.mktemp("images"), TINY, registry)
    fill(made)
    make_checkout(made.path)
    for file, more in (
        ("customizations/tiny/product.yaml", {"tags": {"kinds": KINDS}}),
        ("compose/environments/images.yaml", {"architectures": [engine.architecture()]}),
    ):
        path = made.path / file
        path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | more))
    cache = tmp_path_factory.mktemp("cache")
    own = {"CHECKOUT": str(made.path), "PRODUCT": TINY, "ENVIRONMENT": "images", "CACHE": str(cache)}
    shell.run([sys.executable, "-m", "scripts.update"], cwd=ROOT, env=dict(os.environ) | own)
    shutil.rmtree(made.path / "out", ignore_errors=True)
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit()
    yield made
    made.remove()


def run(images: Repository, registry: str, space: str, ref: str, event: str = "push") -> Run:
    told = {"IMAGES_PRODUCT": TINY, "IMAGES_REGISTRY": f"{registry}/{space}", "IMAGES": '["tiny-app"]'}
    told |= {"STAGING": f"{registry}/{space}", "ARCHITECTURES": f'["{engine.architecture()}"]'}
    return images.start("build-images", Event(event, {}, told, ref=ref))


@pytest.fixture(scope="module")
def released(images: Repository, registry: str, space: str) -> Run:
    return run(images, registry, space, "refs/tags/tiny-v1.0.2")


def names(run: Run) -> list[str]:
    """The jobs that ran, without their matrix."""
    return [job.partition("-")[0] for job, result in run.results.items() if result != SKIPPED]


def test_a_release_is_built_proven_and_published_by_its_own_jobs(released: Run) -> None:
    for job, result in released.results.items():
        assert result == (SKIPPED if job == "pull-request" else SUCCESS), released.log(job).read_text()
    assert names(released) == LINE


def test_each_job_does_its_own_part_alone(released: Run) -> None:
    architecture = engine.architecture()
    done = {"build": f"build-{architecture}-tiny-app", "join": "join"}
    for job in LINE:
        log = released.log(done.get(job, job if job in LINE[:3] else f"{job}-{architecture}")).read_text()
        told = {line.partition(": ")[0]: line for line in log.splitlines() if line.partition(": ")[0] in LINE}
        busy = [stage for stage, line in told.items() if "up to date" not in line]
        gathered = ["build"] if job == "smoke" else []
        assert busy == [*gathered, job], log
    assert "pull localhost:" in released.log(f"smoke-{architecture}").read_text()


def test_the_tags_of_the_release_name_an_index_of_what_was_proven(released: Run, registry: str, space: str) -> None:
    repository = f"{space.lower()}/tiny-app"
    there = tags(registry, repository)
    assert {"1.0.2", "1.0", "1", "latest"} < set(there)
    assert "edge" not in there
    accept = {"Accept": "application/vnd.docker.distribution.manifest.list.v2+json"}
    index = httpx.get(f"http://{registry}/v2/{repository}/manifests/1.0.2", headers=accept, trust_env=False)
    (entry,) = index.json()["manifests"]
    assert entry["platform"]["architecture"] == engine.architecture()
    architecture = engine.architecture()
    found = re.search(r"^localhost:\S+@(sha256:\w{64})$", released.log(f"publish-{architecture}").read_text(), re.M)
    assert found
    assert entry["digest"] == found[1]


def test_a_pull_request_is_built_and_proven_and_sends_nothing(
    released: Run, images: Repository, registry: str, space: str
) -> None:
    before = sorted(tags(registry, f"{space.lower()}/tiny-app")), tags(registry, f"{space.lower()}/tiny-app-staging")
    asked = run(images, registry, space, "refs/pull/7/merge", "pull_request")
    job = f"pull-request-{engine.architecture()}"
    assert {name for name, result in asked.results.items() if result != SKIPPED} == {job}
    assert asked.results[job] == SUCCESS, asked.log(job).read_text()
    assert "gate: " in asked.log(job).read_text()
    after = sorted(tags(registry, f"{space.lower()}/tiny-app")), tags(registry, f"{space.lower()}/tiny-app-staging")
    assert after == before
