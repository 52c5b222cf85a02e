"""Taking over an older deployment: its volume is copied, itself untouched, and its secrets go into our file."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

from scripts.lib import console, engine
from scripts.lib.deploy import deployments, env_file, volumes
from scripts.lib.deploy.deployments import Deployment
from scripts.lib.deploy.target import Target
from scripts.lib.errors import SettingsInvalid

ADOPTED = "graft.adopted"


def half(target: Target, history: Sequence[Deployment]) -> set[str]:
    """Return the volumes that an adoption made and did not finish; never one that a container has, or that was used."""
    if deployments.last_switched(history):
        return set()
    return {volume for volume in target.volumes() if _is_half(volume)}


def _is_half(volume: str) -> bool:
    made = ADOPTED in (engine.volume_labels(volume) or {})
    return made and not engine.users_of(volume) and not volumes.is_finished(volume)


def require(volume: str, target: Target) -> None:
    """Raise where the volume cannot be adopted: it is not there or in use, or what belongs to it is not certain."""
    if len(target.volumes()) != 1:
        raise SettingsInvalid(f"this product has {len(target.volumes())} volumes of data", hint="leave out --adopt")
    if volume in target.volumes():
        raise SettingsInvalid(f"{volume} is this stack's own volume already", hint="leave out --adopt")
    if not volumes.has_data(volume):
        raise SettingsInvalid(f"there is no volume {volume} with data", hint="see: docker volume ls")
    for one in (volume, *_below(volume)):
        volumes.require_unused(one)
    _secrets(volume, target)


def adopt(volume: str, target: Target, image: str, now: datetime) -> None:
    """Take the secrets over and copy the volume into the stack's own; the old one stays as it is."""
    (own,) = target.volumes()
    _take_secrets(volume, target)
    ours = {"graft.product": target.selection.product.product}
    below = _below(volume)
    size = sum(volumes.require_room((volume, *below), image).values())
    for left in half(target, []):
        aside = f"{left}-unfinished-{now:%Y%m%dT%H%M%SZ}"
        volumes.copy(left, aside, ours, image, facts={})
        engine.remove_volume(left)
        console.note(f"  what an adoption had begun is kept in volume {aside}")
    labels = {ADOPTED: volume, **target.volume_labels(target.settings.volumes[0])}
    with console.part(f"copy {volume} to {own}"):
        volumes.copy(volume, own, labels, image, facts={"bytes": size}, below=below)
    console.note(f"  {', '.join((volume, *below))} stays as it is; the stack has its copy {own}")


def _below(volume: str) -> dict[str, str]:
    """Return the volumes that the old containers have mounted within this one -> where, from its top.

    Raises SettingsInvalid where it is a folder of the machine instead, since such are not copied.
    """
    found: dict[str, str] = {}
    for container in engine.users_of(volume):
        made = engine.find_made(container)
        mounts = {PurePosixPath(path): name for path, name in (made.mounts if made else {}).items()}
        places = [path for path, name in mounts.items() if name == volume]
        inner = {(path, top): name for path, name in mounts.items() for top in places if name and top in path.parents}
        found |= {name: str(path.relative_to(top)) for (path, top), name in inner.items()}
    folders = [f"{name} (as {place})" for name, place in found.items() if name.startswith("/")]
    if folders:
        raise SettingsInvalid(
            f"the old deployment has folders of this machine within {volume}: {', '.join(folders)}",
            hint=f"copy them into {volume}, make its container anew without them, and adopt then",
        )
    return found


def _take_secrets(volume: str, target: Target) -> None:
    found = _secrets(volume, target)
    text = target.env_file.read_text()
    for name, value in found.items():
        text = env_file.put(text, name, value)
    env_file.write(target.env_file, text)
    for name, known in target.settings.variables.items():
        if known.adopted_from and name in found:
            console.note(f"  {name} of the old deployment stands in {target.env_file} now")
        elif known.adopted_from:
            console.note(f"  no container of {volume} tells its {name}; put the old one into {target.env_file}")


def _secrets(volume: str, target: Target) -> dict[str, str]:
    """Return the values that the old containers have, from their environment or their file.

    Raises SettingsInvalid where two containers have different ones, or one is no line of text.
    """
    found: dict[str, str] = {}
    for container in engine.users_of(volume):
        made = engine.find_made(container)
        if made is None:
            continue
        for name, known in target.settings.variables.items():
            if known.adopted_from is None:
                continue
            value = made.environment.get(name) or _text(container, known.adopted_from)
            if value and found.setdefault(name, value) != value:
                raise SettingsInvalid(
                    f"the containers of {volume} have different values of {name}; {made.name} is one of them",
                    hint="remove those that are not the old deployment's: docker rm NAME; volumes stay",
                )
    return found


def _text(container: str, path: str) -> str:
    """Return a container's file of one line; empty where there is none."""
    try:
        found = (engine.get_file(container, path) or b"").decode().strip()
    except UnicodeDecodeError:
        found = "\n"
    if "\n" in found:
        raise SettingsInvalid(f"{path} of the old container is not one line of text", hint="is it the right volume?")
    return found
