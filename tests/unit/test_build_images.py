"""The workflow that publishes images for everybody: its jobs, what they may do, and what is never cancelled."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

import tasks
from scripts.lib.settings.environment import Environment, RemoteRegistry
from scripts.lib.settings.loading import load
from tests.unit.test_workflows import before, commands
from tests.workflow.expressions import evaluate, fill
from tests.workflow.machine import FUNCTIONS

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows/build-images.yml").read_text())
JOBS: dict[str, Any] = WORKFLOW["jobs"]
LINE = ["fetch", "validate", "customize", "build", "smoke", "gate", "publish", "join"]
ENVIRONMENT = load(ROOT / "compose/environments/images.yaml", Environment)
RUNNERS = {"amd64": "ubuntu-24.04", "arm64": "ubuntu-24.04-arm"}


def matrix(job: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = fill(JOBS[job].get("strategy", {}).get("matrix", {}), {"vars": {}}, FUNCTIONS)
    return found


def given(job: str, action: str) -> list[dict[str, str]]:
    steps = JOBS[job]["steps"]
    return [dict(step.get("with", {})) for step in steps if step.get("uses") == f"$/.github/actions/{action}"]


def test_a_job_is_a_task_and_that_of_a_pull_request_is_all_up_to_the_gates() -> None:
    assert list(JOBS) == ["pull-request", *LINE]
    for job in LINE:
        assert commands(JOBS[job]) == [f"scripts/bootstrap invoke {job}"]
        assert job in tasks.namespace.task_names
    assert commands(JOBS["pull-request"]) == ["scripts/bootstrap invoke gate"]


def test_a_job_needs_the_one_before_and_takes_what_that_or_the_tree_handed_on() -> None:
    for earlier, job in pairwise(LINE):
        needs = JOBS[job]["needs"]
        assert earlier in ([needs] if isinstance(needs, str) else needs)
    for job in LINE[1:-1]:
        (received,) = given(job, "receive")
        # The images of a build lie in staging, so that smoke goes on from the tree.
        wanted = {"smoke": "customize"}.get(job, (before(tasks.namespace[job]) or ["?"])[-1])
        assert received["from"].partition("-")[0] == wanted, job
    assert [one["from"] for one in given("join", "receive")] == ["publish-arm64", "publish-amd64"]


def test_every_architecture_has_a_machine_of_its_kind() -> None:
    for job in ("pull-request", "build", "smoke", "gate", "publish"):
        assert matrix(job)["architecture"] == list(ENVIRONMENT.architectures) == ["amd64", "arm64"]
        for architecture, runner in RUNNERS.items():
            contexts = {"matrix": {"architecture": architecture}}
            assert fill(JOBS[job]["runs-on"], contexts, FUNCTIONS) == runner
    for job in ("fetch", "validate", "customize", "join"):
        assert JOBS[job]["runs-on"] == RUNNERS["amd64"]


def test_each_image_of_the_product_is_built_on_a_machine_of_its_own() -> None:
    product = fill(WORKFLOW["env"]["PRODUCT"], {"vars": {}}, FUNCTIONS)
    settings = yaml.safe_load((ROOT / "customizations" / product / "product.yaml").read_text())
    assert matrix("build")["image"] == list(settings["images"])
    assert JOBS["build"]["env"] == {"IMAGES": "${{ matrix.image }}"}
    assert {"edge", "version", "minor", "latest", "tree"} <= set(settings["tags"]["kinds"])


def test_only_what_sends_may_write_and_only_publishing_sees_secrets() -> None:
    assert WORKFLOW["permissions"] == {}
    rights = {name: dict(job["permissions"]) for name, job in JOBS.items()}
    assert {name for name, right in rights.items() if right["contents"] != "read"} == set()
    assert {name for name, right in rights.items() if right.get("packages") == "write"} == {"build", "publish", "join"}
    assert {name for name, right in rights.items() if right.get("packages") == "read"} == {"smoke", "gate"}
    assert {name for name, right in rights.items() if right.keys() - {"contents", "packages"}} == set()
    assert {name for name, job in JOBS.items() if "secrets." in str(job)} == {"publish", "join"}
    for name, job in JOBS.items():
        assert job["timeout-minutes"] <= 60
        checkouts = [step["with"] for step in job["steps"] if "actions/checkout" in step.get("uses", "")]
        assert checkouts == [{"persist-credentials": False}], name


def test_the_jobs_with_secrets_run_no_tools_that_another_job_made() -> None:
    whose = {job: {one.get("tools", "shared") for one in given(job, "receive")} for job in LINE}
    assert whose == {job: {"own" if job in ("publish", "join") else "shared"} for job in LINE}


def test_tools_are_those_of_the_machines_kind() -> None:
    action = yaml.safe_load((ROOT / ".github/actions/receive/action.yml").read_text())
    (key,) = [one["with"]["key"] for one in action["runs"]["steps"] if one.get("with", {}).get("path") == ".venv"]
    assert "runner.arch" in key


@pytest.mark.parametrize(("event", "runs"), [("push", False), ("workflow_dispatch", False), ("pull_request", True)])
def test_a_pull_request_sends_nothing(event: str, runs: bool) -> None:
    def holds(job: str) -> bool:
        text = JOBS[job]["if"].removeprefix("${{").removesuffix("}}")
        return bool(evaluate(text, {"github": {"event_name": event}}, FUNCTIONS))

    assert (holds("pull-request"), holds("fetch")) == (runs, not runs)
    assert JOBS["pull-request"]["env"]["STAGING"] == ""
    assert "password" not in str(JOBS["pull-request"]).lower()


def test_publishing_is_never_cancelled_and_tags_are_given_one_run_after_the_other() -> None:
    for event, cancels in (("push", False), ("pull_request", True)):
        contexts = {"github": {"event_name": event, "ref": "refs/heads/main"}}
        assert fill(WORKFLOW["concurrency"], contexts, FUNCTIONS) == {
            "group": "build-images-refs/heads/main",
            "cancel-in-progress": cancels,
        }
    assert JOBS["join"]["concurrency"] == {"group": "join-images", "cancel-in-progress": False, "queue": "max"}
    assert [name for name, job in JOBS.items() if "concurrency" in job] == ["join"]


def test_releases_come_from_tags_of_the_product_and_edge_from_main() -> None:
    product = fill(WORKFLOW["env"]["PRODUCT"], {"vars": {}}, FUNCTIONS)
    assert WORKFLOW[True]["push"] == {"branches": ["main"], "tags": [f"{product}-v*"]}
    assert WORKFLOW["env"]["RELEASE_REF"] == "${{ github.ref }}"


def test_the_registry_is_the_owners_on_githubs_own() -> None:
    contexts = {"vars": {}, "github": {"repository_owner": "Team", "actor": "ada"}}
    told = {name: fill(WORKFLOW["env"][name], contexts, FUNCTIONS) for name in ("REGISTRY", "STAGING")}
    assert told == {"REGISTRY": "ghcr.io/Team", "STAGING": "ghcr.io/Team"}  # the stage writes it in lower case
    assert isinstance(ENVIRONMENT.registry, RemoteRegistry)
    assert (ENVIRONMENT.registry.host, ENVIRONMENT.environment) == ("ghcr.io", WORKFLOW["env"]["ENVIRONMENT"])
