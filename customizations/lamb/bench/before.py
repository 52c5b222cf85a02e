"""How long LAMB's development stack installs before anything of it can start: its own commands, in bare containers.

As docker-compose-example.yaml says: the front end is built while the knowledge base and the library install, then the
backend installs. The servers themselves are not started, and Open WebUI, which it installs and builds too, is left out:
so each figure is less than what people wait for.
"""

import importlib.util
import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.lib import engine, shell
from scripts.lib.errors import ResourceMissing
from scripts.lib.image_build import CA_BUNDLE
from scripts.lib.settings.bench import Figure, WayBefore

TITLE = "installing at start (docker-compose-example.yaml)"
PIP = "PYTHONPATH=/run/pip python3 -m pip install --upgrade --ignore-installed pip && pip install"
"""Its first part is theirs; a base of Debian's packages has no pip to do that with, so that it is lent ours."""
SECONDS = 3600


@dataclass(frozen=True)
class Service:
    """A container of the development stack, and what it runs before its server."""

    name: str
    base: str
    folder: str
    command: str


FRONT_END = Service("frontend-build", "node", "frontend/svelte-app", "npm install && npm run build")
BESIDE = (
    Service("kb", "python", "lamb-kb-server-stable/backend", f"{PIP} -r requirements.txt"),
    Service("library-manager", "python", "library-manager/backend", f"{PIP} -e '/lamb/library-manager[all]'"),
)
BACKEND = Service("backend", "python", "backend", f"{PIP} -r requirements.txt")


def measure(tree: Path, bases: Mapping[str, str], log: Path) -> WayBefore:
    """Return how long the installs take from nothing, and again in the same containers; `bases` are images by name."""
    label = {"graft.bench-before": secrets.token_hex(6)}
    cache = engine.create_volume(label)
    services = [one for one in (FRONT_END, *BESIDE, BACKEND) if (tree / one.folder).is_dir()]
    try:
        made = {one.name: _create(one, tree, bases[one.base], cache, label) for one in services}
        cold, warm = _start(made), _start(made)
        log.write_text("\n".join(f"== {name}\n{engine.logs(container)}" for name, container in made.items()))
    finally:
        for container in engine.labelled("container", label):
            engine.remove(container)
        engine.remove_volume(cache)
    return WayBefore(title=TITLE, cold=_figure(cold, "empty"), warm=_figure(warm, "what the first start left"))


def _start(made: Mapping[str, str]) -> float:
    """Start the containers as their compose file orders them, and return the seconds until all have ended."""
    began = time.monotonic()
    beside = [one.name for one in BESIDE if one.name in made]
    with ThreadPoolExecutor(1 + len(beside)) as at_once:
        others = [at_once.submit(_finish, made[name], name) for name in beside]
        _finish(made[FRONT_END.name], FRONT_END.name)
        _finish(made[BACKEND.name], BACKEND.name)
        for other in others:
            other.result()
    return time.monotonic() - began


def _finish(container: str, name: str) -> None:
    code = engine.finish(container, SECONDS)
    if code:
        raise shell.failed([name], code, engine.logs(container), "the development stack does not install here")


def _create(service: Service, tree: Path, image: str, cache: str, label: Mapping[str, str]) -> str:
    """Create a service's container, not started, with a copy of the tree in it: what it writes there goes with it."""
    trusted = ["SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"] if CA_BUNDLE.exists() else []
    argv = ["docker", "create", *(f"--label={name}={value}" for name, value in label.items())]
    argv += [f"--volume={cache}:/root/.cache/pip", f"--workdir=/lamb/{service.folder}"]
    argv += [f"--volume={_own_pip()}:/run/pip/pip:ro", "--env=PIP_BREAK_SYSTEM_PACKAGES=1"]
    argv += [f"--volume={CA_BUNDLE}:/run/ca.pem:ro"] if trusted else []
    argv += [f"--env={name}=/run/ca.pem" for name in trusted]
    container = shell.run([*argv, image, "sh", "-c", service.command]).output.strip()
    shell.run(["docker", "cp", "--quiet", f"{tree}/.", f"{container}:/lamb"])
    return container


def _own_pip() -> Path:
    """Return the folder of this interpreter's pip; raises ResourceMissing where it has none."""
    found = importlib.util.find_spec("pip")
    if found is None or found.origin is None:
        raise ResourceMissing("this Python has no pip to lend", hint="run it by: scripts/bootstrap invoke bench-start")
    return Path(found.origin).parent


def _figure(seconds: float, caches: str) -> Figure:
    source = f"measured here by bench/before.py: installing and building alone, without Open WebUI; caches: {caches}"
    return Figure(seconds=round(seconds, 1), source=source)
