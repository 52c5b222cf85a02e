"""The pipeline, job after job, each in a clean clone with only what the workflow hands over."""

import json
import re

import httpx
import pytest

from tests.workflow.conftest import TINY, Repository
from tests.workflow.pipeline import FAILURE, SKIPPED, SUCCESS, Run

LINE = ["update", "fetch", "validate", "customize", "build", "smoke"]
ENVIRONMENTS = '["staging", "production"]'


@pytest.fixture(scope="module")
def first(repository: Repository, product: str) -> Run:
    """The first run: for Tiny with a lock that is new, published as the settings allow it."""
    return repository.run(ENVIRONMENTS=ENVIRONMENTS, PUBLISH_WITHOUT_REVIEW="true")


def told(run: Run, job: str) -> dict[str, str]:
    """What each stage said in one job."""
    stages = [*LINE, "gate", "publish"]
    lines = [line.partition(": ") for line in run.log(job).read_text().splitlines()]
    return {stage: says for stage, _, says in lines if stage in stages}


def tags(registry: str, repository: str) -> list[str]:
    answer = httpx.get(f"http://{registry}/v2/{repository}/tags/list", trust_env=False)
    return answer.json()["tags"] or [] if answer.is_success else []


def repositories(registry: str) -> list[str]:
    names: list[str] = httpx.get(f"http://{registry}/v2/_catalog", trust_env=False).json()["repositories"]
    return names


def published(run: Run) -> str:
    """The reference by digest that the job for staging printed."""
    found = re.search(r"^localhost:\S+@sha256:\w{64}$", run.log("publish-staging").read_text(), re.MULTILINE)
    assert found, run.log("publish-staging").read_text()
    return found[0]


def test_every_job_succeeds_but_those_of_the_environment_whose_gate_refuses(first: Run) -> None:
    refused = ["gate-production", "publish-production"]
    wanted = dict.fromkeys((*LINE, "gate-staging", "publish-staging"), SUCCESS) | dict.fromkeys(refused, FAILURE)
    for job, result in first.results.items():
        assert result == wanted[job], first.log(job).read_text()
    assert list(first.results) == [*LINE, "gate-staging", "gate-production", "publish-staging", "publish-production"]
    assert "licence is failed" in first.log("publish-production").read_text()


def test_what_a_job_judged_is_on_its_page_and_an_artifact(first: Run) -> None:
    for job in ("gate-staging", "publish-staging", "gate-production"):
        summary = first.log(job).with_suffix(".md").read_text()
        assert summary.startswith("## ❌" if "production" in job else "## ✅"), job
        artifact = first.service.artifacts / f"report-{job}"
        assert {path.name for path in artifact.iterdir()} == {"report.html", "report.md", "junit.xml"}
    assert not (first.service.artifacts / "report-smoke").exists()


def test_a_job_does_its_own_part_and_finds_the_others_up_to_date(first: Run) -> None:
    for job in [*LINE, "gate-staging", "publish-staging"]:
        own = job.partition("-")[0]
        assert [stage for stage, says in told(first, job).items() if "up to date" not in says] in ([own], []), job
        assert own in told(first, job)


def test_the_image_passes_through_staging_and_has_no_name_of_a_release_there(first: Run, registry: str) -> None:
    (staged,) = [name for name in repositories(registry) if name.endswith("-staging")]
    (tag,) = tags(registry, staged)
    assert re.fullmatch(r"\w{64}", tag)
    assert "pull localhost:" in first.log("smoke").read_text()


def test_what_is_published_is_what_was_proven(first: Run, registry: str) -> None:
    host, _, place = published(first).partition("/")
    repository, _, digest = place.partition("@")
    assert host == registry
    manifest = httpx.get(
        f"http://{registry}/v2/{repository}/manifests/{digest}",
        headers={"Accept": "application/vnd.docker.distribution.manifest.v2+json"},
        trust_env=False,
    ).json()
    assert manifest["config"]["digest"][:19] in told(first, "build")["build"]
    assert len(tags(registry, repository)) == 2
    assert not [name for name in repositories(registry) if "production" in name]


def test_a_second_run_takes_the_same_image_and_publishes_nothing_else(
    first: Run, repository: Repository, product: str, registry: str
) -> None:
    if product == TINY:
        repository.git("merge", "--quiet", f"update-{product}")
    second = repository.run()
    assert set(second.results.values()) == {SUCCESS}, json.dumps(second.results)
    assert "pull localhost:" in second.log("build").read_text()
    assert "push " not in second.log("build").read_text()
    assert published(second) == published(first)
    assert len(tags(registry, published(first).partition("/")[2].partition("@")[0])) == 2


def test_on_schedule_an_unchanged_lock_ends_the_run(first: Run, repository: Repository) -> None:
    third = repository.run("schedule")
    assert third.results.pop("update") == SUCCESS
    assert set(third.results.values()) == {SKIPPED}


def test_a_new_lock_is_proposed(first: Run, repository: Repository, product: str) -> None:
    if product != TINY:
        pytest.skip("the lock of a real product is here already")
    assert repository.git("diff", "--name-only", "HEAD~1", f"update-{product}").splitlines() == [
        "customizations/tiny/release/requirements.lock",
        "customizations/tiny/upstream.lock.yaml",
    ]
    asked = (repository.service.folder / "gh.asked").read_text()
    assert "pr create --head update-tiny --title tiny takes 1.0.0" in asked
