"""The way of an image from one machine to the next: a repository of its own, by digest. For CI; see docs/ci.md.

STAGING=HOST[/NAMESPACE] names the place, STAGING_USERNAME and STAGING_PASSWORD who we are there. Without it nothing
here does anything: on one machine the engine itself keeps the image. The one tag that an image has there is the digest
of what it was made from, so that a later run on another machine takes it instead of making other bytes of the same.
"""

from collections.abc import Mapping

from scripts.lib import console, engine, records
from scripts.lib.checkout import Checkout
from scripts.lib.errors import CommandFailed
from scripts.lib.records import BuiltImage, Image, Strategy
from scripts.lib.settings import registry_place
from scripts.lib.settings.environment import RemoteRegistry
from scripts.lib.settings.selection import variable


def keep(checkout: Checkout, image: Image) -> Image:
    """Send what is not in staging yet; returns, and writes, the record with the place of every image."""
    settings = place()
    if settings is None or all(built.staged for built in image.images.values()):
        return image
    sent = {name: _sent(settings, name, image.inputs, built) for name, built in image.images.items()}
    staged = image.model_copy(update={"images": sent})
    records.write(checkout, staged)
    return staged


def bring(image: Image) -> None:
    """Pull the images that staging has and the engine lacks; one that staging has no more is left out."""
    settings = place()
    for built in image.images.values():
        if settings and built.staged and engine.held(built.image_id, built.reference) is None:
            _pull(settings, built, built.staged)


def find(name: str, inputs: str, strategy: Strategy, bases: Mapping[str, str], reference: str) -> BuiltImage | None:
    """Bring the image that an earlier run made likewise of the same, and name it; None where there is none."""
    from scripts.lib import registry

    settings = place()
    if settings is None:
        return None
    repository = _repository(settings, name)
    try:
        there = registry.connect(settings).manifest(repository, _tag(inputs, strategy, bases))
    except CommandFailed as failure:
        # A registry may refuse to speak of a repository that nobody has made yet; what is built is sent there later.
        console.note(f"  staging was not asked for an earlier image: {failure.problems[0]}")
        return None
    if there is None or there.image_id is None:
        return None
    found = BuiltImage(
        reference=reference,
        image_id=there.image_id,
        size=0,
        seconds=0,
        strategy=strategy,
        bases=dict(bases),
        staged=f"{settings.host}/{repository}@{there.digest}",
    )
    _pull(settings, found, str(found.staged))
    return found.model_copy(update={"size": engine.image_size(reference)})


def _tag(inputs: str, strategy: Strategy, bases: Mapping[str, str]) -> str:
    """Return the tag of what is so made of these inputs of a build and these bases: name -> identity.

    The architecture counts too: a base that is an index has one digest for all machines.
    """
    made_of = (word for pair in sorted(bases.items()) for word in pair)
    return records.digest_of(inputs, strategy, engine.architecture(), *made_of)


def _repository(settings: RemoteRegistry, name: str) -> str:
    """Return an image's repository. It is never one that is published, so nobody takes it for a release."""
    return f"{settings.namespace}/{name}-staging".strip("/")


def place() -> RemoteRegistry | None:
    """Return the place as the settings of a registry, None where nobody named one."""
    named = variable("STAGING")
    if named is None:
        return None
    password = "STAGING_PASSWORD"  # noqa: S105  the name of a variable
    return registry_place.read("STAGING", named, username="STAGING_USERNAME", password=password)


def _sent(settings: RemoteRegistry, name: str, inputs: str, built: BuiltImage) -> BuiltImage:
    """Send one image, unless it came from there; of several that were made of the same inputs, the first is found."""
    from scripts.lib import push, registry

    if built.staged:
        return built
    target, repository = registry.connect(settings), _repository(settings, name)
    tag = _tag(inputs, built.strategy, built.bases)
    manifest = push.push(target, repository, built, known={})
    if target.manifest(repository, tag) is None:
        target.put_manifest(repository, tag, manifest)
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
