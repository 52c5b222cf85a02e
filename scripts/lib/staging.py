"""The way of an image from one machine to the next: a repository of no tags, by digest. For CI; see docs/ci.md.

STAGING=HOST[/NAMESPACE] names the place, STAGING_USERNAME and STAGING_PASSWORD who we are there. Without it nothing
here does anything: on one machine the engine itself keeps the image.
"""

from scripts.lib import console, engine, records
from scripts.lib.checkout import Checkout
from scripts.lib.errors import SettingsInvalid
from scripts.lib.records import BuiltImage, Image
from scripts.lib.settings.environment import RemoteRegistry
from scripts.lib.settings.selection import variable

LOOPBACK = ("localhost", "127.0.0.1")


def keep(checkout: Checkout, image: Image) -> Image:
    """Send what is not in staging yet; returns, and writes, the record with the place of every image."""
    settings = _settings()
    if settings is None or all(built.staged for built in image.images.values()):
        return image
    staged = image.model_copy(update={"images": {n: _sent(settings, n, b) for n, b in image.images.items()}})
    records.write(checkout, staged)
    return staged


def bring(image: Image) -> None:
    """Pull the images that staging has and the engine lacks; one that staging has no more is left out."""
    settings = _settings()
    for built in image.images.values():
        if settings and built.staged and engine.held(built.image_id, built.reference) is None:
            _pull(settings, built, built.staged)


def _settings() -> RemoteRegistry | None:
    """Return the place as the settings of a registry; plain http on the loopback interface alone."""
    place = variable("STAGING")
    if place is None:
        return None
    if "://" in place or place.startswith("/"):
        raise SettingsInvalid(f"STAGING={place} is no HOST/NAMESPACE", hint="export STAGING=ghcr.io/your-name")
    host, _, namespace = place.lower().partition("/")
    return RemoteRegistry(
        kind="remote",
        host=host,
        namespace=namespace,
        insecure=host.partition(":")[0] in LOOPBACK,
        username_variable="STAGING_USERNAME",
        password_variable="STAGING_PASSWORD",  # noqa: S106  the name of a variable
    )


def _sent(settings: RemoteRegistry, name: str, built: BuiltImage) -> BuiltImage:
    """Send one image. Its repository is never one that is published, so nobody takes it for a release."""
    from scripts.lib import push, registry

    repository = f"{settings.namespace}/{name}-staging".strip("/")
    manifest = push.push(registry.connect(settings), repository, built, known={})
    return built.model_copy(update={"staged": f"{settings.host}/{repository}@{manifest.digest}"})


def _pull(settings: RemoteRegistry, built: BuiltImage, staged: str) -> None:
    """Bring one image by its digest, so that it has the name that the build gave it."""
    from scripts.lib import registry, registry_login

    host, _, place = staged.partition("/")
    repository, _, digest = place.partition("@")
    if host != settings.host or registry.connect(settings).manifest(repository, digest) is None:
        console.note(f"  {staged} is not in staging any more")
        return
    login = registry_login.find(settings)
    with console.part(f"pull {staged}"):
        engine.pull(staged, (login.username, login.password) if login else None)
    engine.tag(staged, built.reference)
