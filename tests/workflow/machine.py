"""One job on a machine of its own: a clean clone, a fresh home, and what its steps bring there. The actions that our
workflows use are played by folders; any other is refused."""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.workflow.expressions import Unsupported, as_text, fill

STEP = {"name", "id", "if", "env", "run", "uses", "with", "shell"}
OWN = ("PRODUCT", "ENVIRONMENT", "CHECKOUT", "CACHE", "PYTHONPATH", "VIRTUAL_ENV", "XDG_CACHE_HOME", "DOCKER_CONFIG")
STATUS = ("success()", "failure()", "always()", "cancelled()")
GH = Path(__file__).with_name("bin")
Given = Mapping[str, Any]


@dataclass
class Service:
    """What outlives a job: artifacts of this run, caches of all runs, and the repository."""

    repository: Path
    folder: Path

    @property
    def artifacts(self) -> Path:
        return self.folder / "artifacts"

    @property
    def caches(self) -> Path:
        return self.folder / "caches"

    @property
    def machine(self) -> Path:
        """The same place on every machine, as on GitHub's."""
        return self.folder / "machine"

    @property
    def workspace(self) -> Path:
        """Where every machine has its clone."""
        return self.machine / "checkout"


@dataclass
class Machine:
    """Runs the steps of one job."""

    service: Service
    contexts: dict[str, Any]
    env: dict[str, str]
    minutes: float
    log: Path
    failed: bool = False
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    _afterwards: list[Callable[[], None]] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.service.machine

    @property
    def workspace(self) -> Path:
        return self.service.workspace

    @property
    def temp(self) -> Path:
        return self.root / "temp"

    @property
    def summary(self) -> Path:
        """What the job's page shows."""
        return self.log.with_suffix(".md")

    def run(self, steps: list[Given]) -> None:
        """Run all steps from an empty machine; afterwards `failed` and `outputs` say how it went."""
        shutil.rmtree(self.root, ignore_errors=True)
        for folder in (self.workspace, self.temp, self.root / "home"):
            folder.mkdir(parents=True)
        self._steps(steps, self.contexts)
        for save in self._afterwards if not self.failed else ():
            save()

    def _steps(self, steps: list[Given], contexts: dict[str, Any]) -> None:
        for step in steps:
            if unknown := step.keys() - STEP:
                raise Unsupported(f"{', '.join(unknown)} of a step")
            contexts = contexts | {"steps": self.outputs}
            if self._wanted(str(step.get("if", "success()")), contexts):
                self._step(step, contexts)

    def _wanted(self, condition: str, contexts: dict[str, Any]) -> bool:
        holds = bool(self._fill(condition if "${{" in condition else f"${{{{ {condition} }}}}", contexts))
        return holds and (any(word in condition for word in STATUS) or not self.failed)

    def _step(self, step: Given, contexts: dict[str, Any]) -> None:
        given = {name: as_text(value) for name, value in self._fill(dict(step.get("with", {})), contexts).items()}
        if "run" in step:
            self._bash(step, self._fill(dict(step.get("env", {})), contexts))
        elif step["uses"].startswith("$/"):
            self._composite(step["uses"].removeprefix("$/"), given, contexts)
        else:
            action = PLAYED.get(step["uses"].partition("@")[0])
            if action is None:
                raise Unsupported(f"the action {step['uses']}")
            action(self, given)

    def _bash(self, step: Given, env: Mapping[str, Any]) -> None:
        if "${{" in step["run"]:
            raise Unsupported(f"an expression within a script: {step['run']}")
        if step.get("shell", "bash") != "bash":
            raise Unsupported(f"the shell {step['shell']}")
        output = self.temp / "output"
        output.write_text("")
        argv = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        told = self._environment() | {name: as_text(value) for name, value in env.items()}
        with self.log.open("ab") as log:
            log.write(f"$ {step['run'].strip()}\n".encode())
            log.flush()
            done = subprocess.run(
                argv,
                cwd=self.workspace,
                env=told | {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.summary)},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                timeout=60 * self.minutes,
                check=False,
            )
        self.failed = self.failed or done.returncode != 0
        if "id" in step:
            pairs = [line.split("=", 1) for line in output.read_text().splitlines()]
            self.outputs[step["id"]] = {"outputs": dict(pairs)}

    def _environment(self) -> dict[str, str]:
        """Nothing of the caller but its PATH and its network; nothing of the virtualenv that these tests run in."""
        kept = {k: v for k, v in os.environ.items() if k not in OWN and not k.startswith(("STAGING", "REGISTRY"))}
        path = [part for part in os.environ["PATH"].split(":") if not Path(part).is_relative_to(sys.prefix)]
        return (
            kept
            | self.env
            | {
                "PATH": ":".join([str(GH), *path]),
                "HOME": str(self.root / "home"),
                "RUNNER_TEMP": str(self.temp),
                "GH_ASKED": str(self.service.folder / "gh.asked"),
            }
        )

    def _composite(self, folder: str, given: Mapping[str, str], contexts: dict[str, Any]) -> None:
        action = yaml.safe_load((self.service.repository / folder / "action.yml").read_text())
        known = action.get("inputs", {})
        if unknown := given.keys() - known.keys():
            raise Unsupported(f"the input {', '.join(unknown)} of {folder}")
        inputs = {name: given.get(name, one.get("default", "")) for name, one in known.items()}
        # Within it, success() asks about its own steps alone.
        before, self.failed = self.failed, False
        self._steps(action["runs"]["steps"], contexts | {"inputs": inputs})
        self.failed = self.failed or before

    def _fill(self, value: Any, contexts: dict[str, Any]) -> Any:
        runner = {"temp": str(self.temp), "os": "Linux", "arch": "X64"}
        functions = FUNCTIONS | {
            "hashFiles": self._hash,
            "success": lambda: not self.failed,
            "cancelled": lambda: False,
        }
        return fill(value, contexts | {"runner": runner, "env": self.env}, functions)

    def _hash(self, *patterns: str) -> str:
        files = [file for pattern in patterns for file in self._glob(pattern) if file.is_file()]
        seen = [hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(files)]
        return hashlib.sha256("".join(seen).encode()).hexdigest() if seen else ""

    def _glob(self, pattern: str) -> list[Path]:
        place = str(self.root / "home") + pattern[1:] if pattern.startswith("~") else str(self.workspace / pattern)
        return [Path(name) for name in glob.glob(place, recursive=True, include_hidden=True)]  # noqa: PTH207

    # The actions

    def checkout(self, given: Mapping[str, str]) -> None:
        _only(given, "persist-credentials")
        subprocess.run(["git", "clone", "--quiet", self.service.repository, self.workspace], check=True)  # noqa: S607

    def upload(self, given: Mapping[str, str]) -> None:
        _only(given, "name", "path", "if-no-files-found", "compression-level", "overwrite", "retention-days")
        place = self.service.artifacts / given["name"]
        files = [file for pattern in given["path"].split() for file in self._glob(pattern)]
        if not files and given["if-no-files-found"] == "error":
            raise FileNotFoundError(given["path"])
        if files:
            place.mkdir(parents=True, exist_ok=given.get("overwrite") == "true")
        for file in files:
            shutil.copy(file, place)

    def download(self, given: Mapping[str, str]) -> None:
        _only(given, "name", "path")
        shutil.copytree(self.service.artifacts / given["name"], given["path"], dirs_exist_ok=True)

    def cache(self, given: Mapping[str, str]) -> None:
        _only(given, "path", "key", "restore-keys")
        exact = self.service.caches / given["key"]
        begin = given.get("restore-keys", "").strip()
        older = sorted(self.service.caches.glob(f"{begin}*"), key=lambda p: p.stat().st_mtime) if begin else []
        found = exact if exact.is_dir() else older[-1] if older else None
        if found:
            _link(found, self.root)
        if found != exact:
            self._afterwards.append(lambda: self._save(exact, given["path"]))

    def setup_buildx(self, given: Mapping[str, str]) -> None:
        """The builder stays the engine's own: another one comes as an image of a registry that is not reached here."""
        _only(given, "cache-binary")

    def _save(self, place: Path, pattern: str) -> None:
        for path in self._glob(pattern):
            (place / path.relative_to(self.root)).parent.mkdir(parents=True, exist_ok=True)
            _link(path, place / path.relative_to(self.root))


def _link(source: Path, target: Path) -> None:
    """Copy a folder into another, or a file, by links: whatever is written anew here is another file there."""
    subprocess.run(["cp", "-alf", f"{source}/." if source.is_dir() else source, target], check=True)  # noqa: S607


def _only(given: Mapping[str, str], *known: str) -> None:
    if unknown := given.keys() - set(known):
        raise Unsupported(f"the input {', '.join(unknown)} of an action")


PLAYED: dict[str, Callable[[Machine, Mapping[str, str]], None]] = {
    "actions/checkout": Machine.checkout,
    "actions/upload-artifact": Machine.upload,
    "actions/download-artifact": Machine.download,
    "actions/cache": Machine.cache,
    "docker/setup-buildx-action": Machine.setup_buildx,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "fromJSON": yaml.safe_load,
    "contains": lambda wanted, one: one in wanted,
    "format": lambda text, *given: text.format(*given),
    "startsWith": lambda text, begin: as_text(text).lower().startswith(as_text(begin).lower()),
}
