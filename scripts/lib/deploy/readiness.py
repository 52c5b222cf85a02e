"""Whether a target is ready for a deploy: its file, its port, and what its database says. Only looks."""

import socket
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scripts.lib import engine, loopback
from scripts.lib.deploy import env_check, env_file, volume_program
from scripts.lib.deploy.env_check import Facts
from scripts.lib.deploy.env_translate import Known
from scripts.lib.deploy.stack import Service
from scripts.lib.deploy.target import Target
from scripts.lib.errors import CommandFailed, SettingsInvalid
from scripts.lib.records import Release
from scripts.lib.settings.deploy import image_variable


def look(target: Target, running: Sequence[Service]) -> tuple[list[str], list[str]]:
    """Return what would keep a deploy from starting, and what would not, but is to be known.

    `running` are the stack's containers. Raises SettingsInvalid where the file is not there.
    """
    facts = _facts(target)
    return [*env_check.problems(facts), *_port(target, running)], env_check.weak(facts)


def shadowed(target: Target, image: str | None, volume: str | None = None) -> list[str]:
    """Return which variables the database overrules, asked by an image of the product; none where there is no image.

    `volume` holds the database in place of the stack's own, such as one that is to be adopted.
    """
    try:
        return env_check.shadowed(replace(_facts(target), stored=_stored(target, image, volume)))
    except CommandFailed as failure:
        return [f"the application's database could not be asked what it overrules: {failure.problems[0]}"]


def image(target: Target, running: Sequence[Service], release: Release | None) -> str | None:
    """Return the image that users reach, where the engine has it: that of its container, else that of the release."""
    served = target.compose.services_of(image_variable(target.settings.front))
    found = next((one.image_id for one in running if one.image_id and one.service in served), None)
    if found or release is None:
        return found
    front = release.images[target.settings.front]
    return engine.held(front.image_id, front.reference)


def require(target: Target, found: Sequence[str]) -> None:
    """Raise SettingsInvalid with these problems, where there are any."""
    if found:
        problems = [f"{target.env_file}: {problem}" for problem in found]
        raise SettingsInvalid(problems, hint=f"edit {target.env_file}, then run: invoke env --check")


def known(target: Target) -> Known:
    """Return what a target's settings are, for older ones to be translated to."""
    template = env_file.template_values(target.template)
    return Known(target.settings, template, target.compose.variables, _given(target).keys())


def _facts(target: Target) -> Facts:
    return Facts(
        settings=target.settings,
        file=target.read_env(),
        mode=target.env_file.stat().st_mode & 0o777,
        template=env_file.template_values(target.template),
        passed=target.compose.variables,
        given=_given(target),
        demanded=target.compose.demanded,
        files=[path.name for path in target.compose.paths],
    )


def _given(target: Target) -> dict[str, str]:
    """Return what a deploy gives; an image's reference is not known yet."""
    return {**{image_variable(name): "" for name in target.selection.product.images}, **target.given({})}


def _stored(target: Target, image: str | None, volume: str | None) -> dict[str, Any] | None:
    """Ask the application's database; None where nothing is there to be asked."""
    settings = target.settings.stored
    return None if settings is None or image is None else volume_program.answer(target, settings, image, volume)


def _port(target: Target, running: Sequence[Service]) -> list[str]:
    if any(target.port in one.ports for one in running if one.state.running) or _is_free(target.port):
        return []
    return [f"port {target.port} is in use by another program; free it, or set deploy.port of the environment"]


def _is_free(port: int) -> bool:
    """Tell whether nobody listens there; one that only the engine may take counts as free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((loopback.ADDRESS, port))
        except PermissionError:
            return True
        except OSError:
            return False
    return True
