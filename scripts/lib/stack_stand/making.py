"""Makes a stand of several images: its name, ports, settings, and what compose is told beyond the product's files."""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from scripts.lib import engine, loopback
from scripts.lib.deploy import env_check, env_file, env_init, readiness
from scripts.lib.deploy import target as targets
from scripts.lib.deploy.deployments import DeployedImage
from scripts.lib.deploy.env_file import EnvFile
from scripts.lib.deploy.target import Target
from scripts.lib.errors import RecordMissing, SettingsInvalid
from scripts.lib.settings.deploy import ComposeStand, DeploySettings, TargetSettings
from scripts.lib.settings.selection import Selection
from scripts.lib.sidecar import POLL
from scripts.lib.stack_stand.overlay import overlay
from scripts.lib.stack_stand.running import StackStand
from scripts.lib.stand import remove_stands

_NONE: Mapping[str, str] = MappingProxyType({})
PORT = "PORT"
LATE_LOOKS = 10
"""At a stand that was broken off, until nothing more of it comes."""


@contextmanager
def stack_stand(
    selection: Selection,
    references: Mapping[str, str],
    *,
    log: Path,
    labels: Mapping[str, str],
    environment: Mapping[str, str] = _NONE,
    overlays: Sequence[Path] = (),
) -> Iterator[StackStand]:
    """Give a stand of these images (name -> reference or ID of the engine's), not started; remove all of it after.

    `labels` say whose it is, beside `log` each service's full log goes when something fails, `environment` are settings
    of this stand beside the product's, `overlays` further compose files. Raises SettingsInvalid, before anything is
    made, where the settings are not well or the files are not of one project alone.
    """
    project = f"graft-stand-{secrets.token_hex(6)}"
    own = {**labels, "graft.stand": project}
    images = {name: _held(name, reference) for name, reference in references.items()}
    target = _target(selection, project, list(references), environment, overlays)
    alone = replace(target, overlay=overlay(target.resolved, own, _own_ports(target)))
    try:
        yield StackStand(alone, alone.environment(alone.read_env(), images), log)
    except (KeyboardInterrupt, SystemExit):
        _remove_what_comes_late({"graft.stand": project})
        raise
    finally:
        remove_stands({"graft.stand": project})


def _remove_what_comes_late(own: Mapping[str, str]) -> None:
    """Remove all of a stand that was broken off: what compose had asked of the engine may be made only afterwards."""
    for _ in range(LATE_LOOKS):
        remove_stands(own)
        time.sleep(POLL)


def _held(name: str, reference: str) -> DeployedImage:
    image_id = engine.image_id(reference)
    if image_id is None:
        raise RecordMissing(f"the engine has no {reference}, which is to be {name}", hint="run: invoke build")
    return DeployedImage(reference=reference, image_id=image_id)


def _target(
    selection: Selection, project: str, runs: Sequence[str], environment: Mapping[str, str], overlays: Sequence[Path]
) -> Target:
    """Return the target of a stand, seen to be well."""
    settings = targets.settings_of(selection)
    stand = selection.product.stand or ComposeStand(kind="compose")
    ports = _ports(settings)
    deploy = TargetSettings(stack=project, port=int(ports[PORT]))
    chosen = replace(selection, environment=selection.environment.model_copy(update={"deploy": deploy}))
    files = [*targets.files(settings, runs), *stand.compose, *(str(path.resolve()) for path in overlays)]
    target = targets.made(chosen, runs, files)
    target = replace(target, env=_settings(target, {**stand.environment, **environment}, ports))
    _require_well(target)
    return target


def _ports(settings: DeploySettings) -> dict[str, str]:
    """Return a free port for each variable that is one; a variable that yields to another has that one's."""
    known = {name: one for name, one in settings.variables.items() if one.port}
    names = [PORT, *(name for name, one in known.items() if one.yields_to not in (PORT, *known))]
    ports = {name: str(port) for name, port in zip(names, loopback.free_ports(len(names)), strict=True)}
    return ports | {name: ports[one.yields_to] for name, one in known.items() if one.yields_to in ports}


def _settings(target: Target, given: Mapping[str, str], ports: Mapping[str, str]) -> EnvFile:
    """Return what `env --init` makes, with what is given and the stand's ports in it.

    Which compose files there are is not said there: a stand has others.
    """
    made = env_file.parse(env_init.text(target.template, target.settings))
    kept = {name: value for name, value in made.values.items() if name != env_check.COMPOSE_FILE}
    own = {name: _with_ports(value, ports) for name, value in given.items()}
    own |= {name: port for name, port in ports.items() if name != PORT and name not in own}
    return EnvFile({**kept, **own}, problems=made.problems, bare=made.bare - own.keys())


def _with_ports(value: str, ports: Mapping[str, str]) -> str:
    for name, port in ports.items():
        value = value.replace(f"{{{name}}}", port)
    return value


def _require_well(target: Target) -> None:
    """Raise SettingsInvalid with all that is wrong with a stand's settings, else with its compose files."""
    if wrong := readiness.settings(target):
        hint = "correct stand.environment of product.yaml, or the template"
        raise SettingsInvalid([f"the stand's settings: {problem}" for problem in wrong], hint=hint)
    if beyond := target.resolved.beyond(target.stack):
        hint = "begin such names with ${STACK}, and mount folders read-only"
        raise SettingsInvalid([f"a stand must not meet others: {problem}" for problem in beyond], hint=hint)


def _own_ports(target: Target) -> set[int]:
    """Return the free ports that a stand's settings give to what the compose files publish."""
    values = target.read_env().values
    return {target.port, *(int(values[name]) for name, known in target.settings.variables.items() if known.port)}
