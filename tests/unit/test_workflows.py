"""The workflows: a job is a task, in the order of the tasks, with no more rights than its part needs."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from invoke.tasks import Call, Task

import tasks
from scripts.lib import registry_login
from scripts.lib.registry_login import Login
from scripts.lib.secret import Secret
from scripts.lib.settings.environment import RemoteRegistry
from tests.workflow.expressions import evaluate, fill
from tests.workflow.machine import FUNCTIONS

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(ROOT.glob(".github/workflows/*.yml")) + sorted(ROOT.glob(".github/actions/*/action.yml"))
PIPELINE = yaml.safe_load((ROOT / ".github/workflows/pipeline.yml").read_text())
CHECKS = yaml.safe_load((ROOT / ".github/workflows/checks.yml").read_text())
NIGHTLY = yaml.safe_load((ROOT / ".github/workflows/nightly.yml").read_text())
JOBS: dict[str, Any] = PIPELINE["jobs"]
PINNED = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
LONGEST_REVIEW = 30
"""Days that a job waits for its reviewer; then GitHub gives it up."""
ENVIRONMENTS = {path.stem for path in ROOT.glob("compose/environments/*.yaml")}


def before(task: Task[Any]) -> list[str]:
    """The tasks that one runs before itself."""
    return [str(one.name) for one in task.pre if isinstance(one, Call)]


def commands(job: dict[str, Any]) -> list[str]:
    return [step["run"].strip() for step in job["steps"] if "scripts/bootstrap" in step.get("run", "")]


def given(job: dict[str, Any], action: str) -> dict[str, str]:
    (step,) = [step for step in job["steps"] if step.get("uses") == f"$/.github/actions/{action}"]
    return dict(step.get("with", {}))


def steps_of(action: str) -> list[dict[str, Any]]:
    return every_step(yaml.safe_load((ROOT / f".github/actions/{action}/action.yml").read_text()))


def every_step(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of an action, or of every job of a workflow."""
    parts = [data["runs"]] if "runs" in data else data["jobs"].values()
    return [step for part in parts for step in part["steps"]]


def used(path: Path) -> list[str]:
    return [line.partition("uses:")[2].strip() for line in path.read_text().splitlines() if "uses:" in line]


@pytest.mark.parametrize("job", JOBS)
def test_a_job_calls_exactly_the_task_of_its_name(job: str) -> None:
    assert job in tasks.namespace.task_names
    (command,) = commands(JOBS[job])
    assert command.split()[:3] == ["scripts/bootstrap", "invoke", job]
    assert [word for word in command.split()[3:] if word in tasks.namespace.task_names] == []


def test_the_jobs_are_publish_all_before_it_and_update() -> None:
    chain = ["publish"]
    while earlier := before(tasks.namespace[chain[0]]):
        chain = [*earlier, *chain]
    assert list(JOBS) == ["update", *chain]


@pytest.mark.parametrize("job", [name for name in JOBS if name != "update"])
def test_a_job_needs_the_task_before_it_and_takes_what_that_handed_on(job: str) -> None:
    needs = JOBS[job]["needs"]
    earlier = before(tasks.namespace[job]) or ["update"]
    assert set(earlier) <= ({needs} if isinstance(needs, str) else set(needs))
    assert given(JOBS[job], "receive")["from"].partition("-")[0] == earlier[-1]


@pytest.mark.parametrize("job", JOBS)
def test_a_job_hands_on_under_its_own_name(job: str) -> None:
    matrix = JOBS[job].get("strategy", {}).get("matrix", {})
    assert given(JOBS[job], "hand-on")["as"] == job + "".join(f"-${{{{ matrix.{name} }}}}" for name in matrix)


def test_a_job_whose_stage_writes_the_report_shows_it_whatever_the_end() -> None:
    scripts = {job: (ROOT / f"scripts/{job}.py").read_text() for job in JOBS}
    writing = [job for job, script in scripts.items() if "reported=" in script]
    for job, settings in JOBS.items():
        steps = [step for step in settings["steps"] if step.get("uses") == "$/.github/actions/report"]
        assert [step["if"] for step in steps] == ["${{ !cancelled() }}"] * (job in writing)
        assert [step["with"] for step in steps] == [given(settings, "hand-on")] * len(steps)
    assert writing[-2:] == ["gate", "publish"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_other_peoples_actions_are_pinned_to_a_commit_with_its_version(path: Path) -> None:
    assert [name for name in used(path) if not name.startswith("$/") and not PINNED.fullmatch(name)] == []


def test_an_action_is_the_same_commit_everywhere() -> None:
    pins = {name for path in FILES for name in used(path) if not name.startswith("$/")}
    assert len(pins) == len({name.partition("@")[0] for name in pins})


@pytest.mark.parametrize("workflow", [PIPELINE, CHECKS, NIGHTLY], ids=["pipeline", "checks", "nightly"])
def test_nothing_is_allowed_but_what_a_job_names(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"]["contents"] in ("read", "write"), name
        assert job["timeout-minutes"] <= 60
        assert job["runs-on"] == "ubuntu-24.04"
        for step in job["steps"]:
            if "actions/checkout" in step.get("uses", ""):
                assert step["with"] == {"persist-credentials": False}


def test_who_may_write_what() -> None:
    writing = {
        name: sorted(what for what, right in job["permissions"].items() if right == "write")
        for name, job in JOBS.items()
    }
    assert {name: rights for name, rights in writing.items() if rights} == {
        "update": ["contents", "pull-requests"],
        "build": ["packages"],
        "publish": ["packages"],
    }
    assert {name for name, job in JOBS.items() if "secrets." in str(job)} == {"publish"}


def test_publishing_is_never_cancelled_and_all_that_wait_for_it_have_their_turn() -> None:
    assert JOBS["publish"]["environment"] == "${{ matrix.environment }}"
    given = dict(JOBS["publish"]["concurrency"])
    assert "matrix.environment" in given.pop("group")
    assert given == {"cancel-in-progress": False, "queue": "max"}


def test_a_run_that_waits_for_a_reviewer_holds_no_other_run_up() -> None:
    assert "concurrency" not in PIPELINE
    assert [name for name, job in JOBS.items() if "concurrency" in job] == ["publish"]


def test_what_is_handed_on_outlives_a_review_and_a_job_that_is_run_again_hands_on_again() -> None:
    (upload,) = [step["with"] for step in steps_of("hand-on") if "upload-artifact" in step.get("uses", "")]
    assert upload["overwrite"] is True
    assert upload["retention-days"] > LONGEST_REVIEW


def test_only_what_is_handed_on_is_unpacked() -> None:
    (script,) = [step["run"] for step in steps_of("receive") if "run" in step]
    assert script.endswith('handover.tar.gz" customizations out')


def test_the_job_with_secrets_runs_no_tools_that_another_job_made() -> None:
    assert {name: given(job, "receive").get("tools", "shared") for name, job in JOBS.items()} == dict.fromkeys(
        JOBS, "shared"
    ) | {"publish": "own"}
    (tools,) = [step for step in steps_of("receive") if step.get("with", {}).get("path") == ".venv"]
    condition = tools["if"].removeprefix("${{").removesuffix("}}")
    assert [evaluate(condition, {"inputs": {"tools": whose}}, {}) for whose in ("shared", "own")] == [True, False]


def test_no_job_takes_records_from_a_cache() -> None:
    cached = {
        step["with"]["path"]
        for path in FILES
        for step in every_step(yaml.safe_load(path.read_text()))
        if "actions/cache" in step.get("uses", "")
    }
    assert cached == {".venv", "~/.cache/graft"}


@pytest.mark.parametrize(
    ("place", "username", "password"),
    [
        (None, "ada", "T"),
        ("ghcr.io/team", "ada", "T"),
        ("docker.io/team", "", ""),
        ("ghcr.io.example.org/team", "", ""),
    ],
)
def test_the_token_of_the_run_goes_to_githubs_registry_alone(
    place: str | None, username: str, password: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    contexts: dict[str, Any] = {"vars": {"STAGING": place}, "github": {"actor": "ada", "token": "T"}, "secrets": {}}
    contexts["github"]["repository_owner"] = "Team"
    env = {name: fill(PIPELINE["env"][name], contexts, FUNCTIONS) for name in ("STAGING", "STAGING_USERNAME")}
    for name, job in JOBS.items():
        for step in job["steps"]:
            if "STAGING_PASSWORD" in step.get("env", {}):
                told = env | {key: fill(v, contexts | {"env": env}, FUNCTIONS) for key, v in step["env"].items()}
                assert (told["STAGING_USERNAME"], told["STAGING_PASSWORD"]) == (username, password), name
    for key, value in told.items():
        monkeypatch.setenv(key, value or "")
    logins = {host: registry_login.find(RemoteRegistry(kind="remote", host=host)) for host in ("ghcr.io", "docker.io")}
    token = Login("ada", Secret("T")) if password else None
    assert logins == {"ghcr.io": token, "docker.io": None}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_expression_stands_within_a_script(path: Path) -> None:
    def scripts(data: Any) -> list[str]:
        if isinstance(data, dict):
            own = [data["run"]] if isinstance(data.get("run"), str) else []
            return own + [found for value in data.values() for found in scripts(value)]
        return [found for value in data for found in scripts(value)] if isinstance(data, list) else []

    found = scripts(yaml.safe_load(path.read_text()))
    assert found
    assert [script for script in found if "${{" in script or re.search(r"\bdocker\b", script)] == []


@pytest.mark.parametrize(
    ("changed", "inputs", "variables", "smoke", "publishes"),
    [
        ("false", {}, {}, "success", True),
        ("false", {"dry_run": True}, {}, "success", False),
        ("true", {}, {}, "success", False),
        ("true", {}, {"PUBLISH_WITHOUT_REVIEW": "true"}, "success", True),
        ("true", {"dry_run": True}, {"PUBLISH_WITHOUT_REVIEW": "true"}, "success", False),
        ("false", {}, {}, "failure", False),
        ("false", {}, {}, "skipped", False),
    ],
)
def test_when_it_publishes(
    changed: str, inputs: dict[str, bool], variables: dict[str, str], smoke: str, publishes: bool
) -> None:
    condition = JOBS["publish"]["if"].strip().removeprefix("${{").removesuffix("}}")
    needs = {"update": {"outputs": {"changed": changed}}, "smoke": {"result": smoke}}
    contexts = {"needs": needs, "inputs": inputs, "vars": variables}
    assert evaluate(condition, contexts, {"cancelled": lambda: False}) is publishes


@pytest.mark.parametrize(
    ("changed", "dry", "proposes"), [("true", None, True), ("true", True, False), ("false", None, False)]
)
def test_when_it_proposes_a_lock(changed: str, dry: bool | None, proposes: bool) -> None:
    (step,) = [step for step in JOBS["update"]["steps"] if step.get("run") == ".github/propose"]
    condition = step["if"].removeprefix("${{").removesuffix("}}")
    contexts = {"steps": {"lock": {"outputs": {"changed": changed}}}, "inputs": {"dry_run": dry}}
    assert evaluate(condition, contexts, {}) is proposes


def test_the_environments_to_choose_from_are_there() -> None:
    choices = PIPELINE[True]["workflow_dispatch"]["inputs"]["environments"]["options"]
    assert {name for choice in choices for name in yaml.safe_load(choice)} <= ENVIRONMENTS


def test_a_check_is_a_session_of_nox() -> None:
    default = re.search(r"nox\.options\.sessions = (\[.*\])", (ROOT / "noxfile.py").read_text())
    assert default
    assert set(CHECKS["jobs"]) == set(yaml.safe_load(default[1]))
    for name, job in CHECKS["jobs"].items():
        (command,) = commands(job)
        assert command.removeprefix("sudo ") == f"scripts/bootstrap nox -s {name}"


def test_each_night_is_asked_what_takes_long() -> None:
    tagged = r'@nox\.session\((?:name="([\w-]+)", )?tags=\["nightly"\]\)\ndef (\w+)'
    sessions = {name or function for name, function in re.findall(tagged, (ROOT / "noxfile.py").read_text())}
    assert set(NIGHTLY["jobs"]) == sessions - {"benchmarks"}
    for name, job in NIGHTLY["jobs"].items():
        assert commands(job)[-1].removeprefix("sudo ") == f"scripts/bootstrap nox -s {name}"
