"""A workflow run: its jobs in order, each for every entry of its matrix, each on a machine of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from scripts.lib import shell
from scripts.lib.records import Image
from tests.workflow.expressions import Unsupported, as_text, fill
from tests.workflow.machine import FUNCTIONS, Machine, Service

WORKFLOW = {"name", True, "permissions", "concurrency", "env", "jobs"}
"""YAML 1.1 reads the key `on` as true."""
JOB = {
    "needs", "if", "runs-on", "timeout-minutes", "permissions", "outputs", "steps", "strategy", "env", "environment",
    "concurrency",
}  # fmt: skip
SKIPPED, SUCCESS, FAILURE = "skipped", "success", "failure"


@dataclass
class Event:
    """What a run begins with."""

    name: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    ref: str = "refs/heads/main"


@dataclass
class Run:
    """One run; `results` names every job in its order, a matrix job once for each entry."""

    service: Service
    event: Event
    number: int
    name: str = "pipeline"
    """The workflow's file, without its ending."""
    results: dict[str, str] = field(default_factory=dict)
    _needs: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def workflow(self) -> dict[Any, Any]:
        read: dict[Any, Any] = yaml.safe_load(
            (self.service.repository / f".github/workflows/{self.name}.yml").read_text()
        )
        return read

    def log(self, name: str) -> Path:
        """Everything that the steps of one job said."""
        return self.service.folder / f"{self.number}-{name}.log"

    def go(self) -> "Run":
        """Run every job whose condition holds."""
        if unknown := self.workflow.keys() - WORKFLOW:
            raise Unsupported(f"{unknown} of the workflow")
        for name, job in self.workflow["jobs"].items():
            if unknown := job.keys() - JOB:
                raise Unsupported(f"{unknown} of the job {name}")
            self._job(name, job)
        return self

    @property
    def _contexts(self) -> dict[str, Any]:
        github = {"actor": "tester", "token": "token-of-the-run", "repository_owner": "Owner"}
        return {
            "github": github | {"event_name": self.event.name, "ref": self.event.ref},
            "inputs": self.event.inputs,
            "vars": self.event.variables,
            "secrets": self.event.secrets,
        }

    def _job(self, name: str, job: dict[str, Any]) -> None:
        wanted = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        contexts = self._contexts | {"needs": {need: self._needs[need] for need in wanted}}
        if not self._goes_on(str(job.get("if", "success()")), contexts):
            self.results[name] = SKIPPED
            self._needs[name] = {"result": SKIPPED, "outputs": {}}
            return
        matrix = fill(job.get("strategy", {}).get("matrix", {}), contexts, FUNCTIONS)
        entries = [dict(zip(matrix, values, strict=True)) for values in product(*matrix.values())]
        machines = [self._machine(name, job, contexts | {"matrix": entry}) for entry in entries]
        failed = any(machine.failed for machine in machines)
        outputs = {
            key: fill(value, {"steps": machines[-1].outputs}, FUNCTIONS)
            for key, value in job.get("outputs", {}).items()
        }
        self._needs[name] = {"result": FAILURE if failed else SUCCESS, "outputs": outputs}

    def _goes_on(self, condition: str, contexts: dict[str, Any]) -> bool:
        """A job goes on after success of all that it needs, unless its condition asks for something else."""
        fine = all(need["result"] == SUCCESS for need in contexts["needs"].values())
        status = {"success": lambda: fine, "cancelled": lambda: False}
        text = condition if "${{" in condition else f"${{{{ {condition} }}}}"
        holds = bool(fill(text, contexts, FUNCTIONS | status))
        return holds and (fine or "cancelled()" in condition)

    def _machine(self, name: str, job: dict[str, Any], contexts: dict[str, Any]) -> Machine:
        called = "-".join([name, *contexts["matrix"].values()])
        env = fill(self.workflow["env"], contexts, FUNCTIONS) | fill(job.get("env", {}), contexts, FUNCTIONS)
        told = {
            "GITHUB_EVENT_NAME": self.event.name,
            "GITHUB_SERVER_URL": "https://example.org",
            "GITHUB_REPOSITORY": "owner/repository",
            "GITHUB_RUN_ID": str(self.number),
        } | {key: as_text(value) for key, value in env.items()}
        machine = Machine(self.service, contexts, told, job["timeout-minutes"], self.log(called))
        try:
            machine.run(job["steps"])
        finally:
            _forget_images(machine.workspace)
        self.results[called] = FAILURE if machine.failed else SUCCESS
        return machine


def _forget_images(workspace: Path) -> None:
    """Let the engine be another one for the next job: without the images that this one had."""
    for record in workspace.glob("out/*/image.json"):
        for image in Image.model_validate_json(record.read_text()).images.values():
            shell.run(["docker", "image", "rm", "--force", image.image_id], accept=(0, 1))
