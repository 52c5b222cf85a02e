"""Taking over an older deployment: its volume is copied, itself untouched, and its secrets go into our file."""

from collections.abc import Iterator, Sequence

from scripts.lib import console, engine, env_file, volumes
from scripts.lib.deployments import Deployment
from scripts.lib.errors import ResourceMissing, SettingsInvalid
from scripts.lib.target import Target

ADOPTED = "graft.adopted"


def half(target: Target, history: Sequence[Deployment]) -> set[str]:
    """Return the volumes that an adoption made and that no deploy has used since: they may be incomplete."""
    if any(one.switched for one in history):
        return set()
    return {volume for volume in target.volumes() if ADOPTED in (engine.volume_labels(volume) or {})}


def require(volume: str, target: Target) -> None:
    """Raise where the volume cannot be adopted: it is not there, nothing says where it belongs, or somebody uses it."""
    if len(target.volumes()) != 1:
        raise SettingsInvalid(f"this product has {len(target.volumes())} volumes of data", hint="leave out --adopt")
    if volume in target.volumes():
        raise SettingsInvalid(f"{volume} is this stack's own volume already", hint="leave out --adopt")
    if not volumes.has_data(volume):
        raise SettingsInvalid(f"there is no volume {volume} with data", hint="see: docker volume ls")
    using = volumes.running_users(volume)
    if using:
        raise ResourceMissing(
            f"{', '.join(using)} runs on {volume}, and would write while it is copied",
            hint=f"docker stop {' '.join(using)}",
        )


def adopt(volume: str, target: Target, image: str) -> None:
    """Copy the volume into the stack's own and take the secrets over; the old one stays as it is."""
    (own,) = target.volumes()
    for left in half(target, []):
        engine.remove_volume(left)
    labels = {
        "graft.product": target.selection.product.product,
        ADOPTED: volume,
        "com.docker.compose.project": target.stack,
        "com.docker.compose.volume": target.settings.volumes[0],
    }
    with console.part(f"copy {volume} to {own}"):
        volumes.copy(volume, own, labels, image)
    console.note(f"  {volume} stays as it is; the stack has its copy {own}")
    _take_secrets(volume, target)


def _take_secrets(volume: str, target: Target) -> None:
    found = dict(_secrets(volume, target))
    text = target.env_file.read_text()
    for name, value in found.items():
        text = env_file.put(text, name, value)
    target.env_file.write_text(text)
    for name, known in target.settings.variables.items():
        if known.adopted_from and name in found:
            console.note(f"  {name} of the old deployment stands in {target.env_file} now")
        elif known.adopted_from:
            console.note(f"  no container of {volume} tells its {name}; put the old one into {target.env_file}")


def _secrets(volume: str, target: Target) -> Iterator[tuple[str, str]]:
    """The values that the old containers have, from their environment or their file."""
    for container in engine.users_of(volume):
        made = engine.made(container)
        for name, known in target.settings.variables.items():
            if known.adopted_from is None:
                continue
            file = engine.get_file(container, known.adopted_from)
            value = made.environment.get(name) or (file or b"").decode().strip()
            if value:
                yield name, value
