"""Whether a target is ready for a deploy: its file, its port, and what its database says. Only looks."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import Any

from scripts.lib import engine, loopback
from scripts.lib.deploy import env_check, env_file, volume_program, volumes
from scripts.lib.deploy.env_check import Facts
from scripts.lib.deploy.env_translate import Known
from scripts.lib.deploy.resolved import Published
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
    return [*env_check.problems(facts), *_ports(target, facts, running)], env_check.weak(facts)


def settings(target: Target) -> list[str]:
    """Return what is wrong with a target's settings alone."""
    return env_check.problems(_facts(target))


def met(target: Target, running: Sequence[Service]) -> list[str]:
    """Return which containers of others are at the stack's data, such as those that somebody started by hand."""
    ours = {one.name for one in running}
    users = {volume: sorted(set(volumes.running_users(volume)) - ours) for volume in target.volumes()}
    return [f"{', '.join(names)} of another project runs on {v}: stop it" for v, names in users.items() if names]


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
    return Known(target.settings, template, target.variables, _given(target).keys())


def _facts(target: Target) -> Facts:
    return Facts(
        settings=target.settings,
        file=target.read_env(),
        mode=env_file.OWNER_ONLY if target.env else target.env_file.stat().st_mode & 0o777,
        template=env_file.template_values(target.template),
        passed=target.variables,
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


def _ports(target: Target, facts: Facts, running: Sequence[Service]) -> list[str]:
    """Return what is wrong with the ports that the compose files publish; none where the file itself cannot be read."""
    if facts.file.problems:
        return []
    try:
        published = target.resolved.published
    except CommandFailed as failure:
        return [f"compose cannot read its files with these settings: {failure.problems[-1].strip()}"]
    if target.health is None:
        return [f"no service publishes port {target.port}: set deploy.url of the environment, where users reach it"]
    held = {port for one in running if one.state.running for port in one.ports}
    taken = {one.port for one in published} - held
    return [*_in_use(target, published, taken), *_wanted_twice(published)]


def _in_use(target: Target, published: Sequence[Published], ports: Set[int]) -> Iterator[str]:
    for one in published:
        if one.port in ports and not loopback.is_free(one.port):
            yield f"port {one.port} is in use by another program; free it, or set {_set_by(target, one)}"


def _set_by(target: Target, port: Published) -> str:
    """Word what decides a port."""
    if port.port == target.port:
        return "deploy.port of the environment"
    values = target.read_env().values
    known = [name for name, one in target.settings.variables.items() if one.port]
    exact = [name for name in known if values.get(name) == str(port.port)]
    return " or ".join(exact or known) or f"another port of {port.service} in the compose files"


def _wanted_twice(published: Sequence[Published]) -> Iterator[str]:
    wanted: dict[int, str] = {}
    for one in published:
        if one.port in wanted:
            yield f"port {one.port} is wanted by {wanted[one.port]} and {one.service}"
        wanted.setdefault(one.port, one.service)
