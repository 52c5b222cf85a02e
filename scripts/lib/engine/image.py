"""Images: identity, names, configuration."""

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any

from docker.errors import ImageNotFound, NotFound

from scripts.lib.engine.archive import config_of_archive, stream
from scripts.lib.engine.connection import Labels, asked, client, pairs
from scripts.lib.errors import CommandFailed
from scripts.lib.secret import Secret


def image_id(reference: str) -> str | None:
    """Return the identity of an image, the digest of its configuration, or None where the engine does not have it."""
    with asked(f"look for image {reference}") as engine:
        try:
            found = engine.images.get(reference)
        except ImageNotFound:
            return None
        return _saved_config(str(found.id)) if has_containerd_store() else str(found.id)


def held(identity: str, reference: str) -> str | None:
    """Return the name by which the engine has exactly this image, None where it does not have it.

    That is `reference` while it still names it, else the identity itself: another build may have taken the reference.
    """
    return next((name for name in (reference, identity) if image_id(name) == identity), None)


@lru_cache(maxsize=1)
def has_containerd_store() -> bool:
    """Tell whether the engine keeps images in containerd, where an image's Id is its manifest's digest."""
    status = client().info().get("DriverStatus") or []
    return ["driver-type", "io.containerd.snapshotter.v1"] in [list(pair) for pair in status]


@lru_cache(maxsize=64)
def _saved_config(engine_id: str) -> str:
    return config_of_archive(client().images.get(engine_id).save())


def image_config(reference: str) -> dict[str, Any]:
    """Return an image's configuration as `docker inspect` has it: Env, Labels, Healthcheck, Cmd, User and so on."""
    with asked(f"inspect image {reference}") as engine:
        config: dict[str, Any] = engine.images.get(reference).attrs["Config"] or {}
        return config


def image_size(reference: str) -> int:
    """Return an image's size in bytes."""
    with asked(f"inspect image {reference}") as engine:
        return int(engine.images.get(reference).attrs["Size"])


def image_architecture(reference: str) -> str:
    """Return the architecture that an image is for: amd64, arm64."""
    with asked(f"inspect image {reference}") as engine:
        return str(engine.images.get(reference).attrs["Architecture"])


def repository_digest(reference: str) -> str | None:
    """Return the digest under which a registry gave this image, None where the engine has it from none.

    That is the one which the reference names, where it names one.
    """
    with asked(f"look for image {reference}") as engine:
        try:
            digests: list[str] = engine.images.get(reference).attrs.get("RepoDigests") or []
        except ImageNotFound:
            return None
    name, _, named = reference.partition("@")
    same = [one for one in digests if name.startswith(f"{one.partition('@')[0]}:")]
    return named or next((one.partition("@")[2] for one in [*same, *digests]), None)


def pull(reference: str, login: tuple[str, Secret] | None = None) -> None:
    """Bring an image by its digest from a registry, as the user with this name and password where they are given."""
    who = {"username": login[0], "password": login[1].reveal()} if login else None
    with asked(f"pull {reference}") as engine:
        try:
            engine.images.pull(reference, auth_config=who)
        except NotFound as error:
            hint = "is the registry the one of the environment's settings?"
            raise CommandFailed(f"pull {reference}: {error.explanation}", hint=hint) from None


def tag(reference: str, name: str) -> None:
    """Give an image one more name; another image that had it loses it."""
    with asked(f"name image {reference}") as engine:
        engine.images.get(reference).tag(name)


def remove_unnamed(image: str) -> None:
    """Remove an image by its ID if nothing names it any more and no container uses it."""
    with asked(f"remove image {image}") as engine, contextlib.suppress(ImageNotFound):
        if _is_unnamed(engine.images.get(image)):
            remove_unused(image)


def _is_unnamed(image: Any) -> bool:
    """Tell whether nothing names an image; one that was pulled by its digest is somebody's."""
    return not image.tags and not image.attrs.get("RepoDigests")


def remove_unused(image: str) -> None:
    """Remove an image by its name or ID, unless a container is of it; nothing happens where there is none."""
    with asked(f"remove image {image}") as engine, contextlib.suppress(ImageNotFound):
        if not engine.containers.list(all=True, filters={"ancestor": image}, ignore_removed=True):
            engine.images.remove(image)


def remove_image(reference: str) -> None:
    """Remove an image's name, and the image with its last name; nothing happens where there is none."""
    with asked(f"remove image {reference}") as engine, contextlib.suppress(ImageNotFound):
        engine.images.remove(reference)


def images(labels: Labels) -> list[str]:
    """Return the names (or the ID, where it has no name) of every image with these labels."""
    with asked("list images") as engine:
        found = engine.images.list(filters={"label": pairs(labels)})
        return [name for image in found for name in (image.tags or [str(image.id)])]


def unnamed(labels: Labels) -> list[str]:
    """Return the IDs of every image with these labels that has no name and came from no registry."""
    with asked("list images") as engine:
        found = engine.images.list(filters={"label": pairs(labels), "dangling": True})
        return [str(image.id) for image in found if _is_unnamed(image)]


def saved(reference: str) -> IO[bytes]:
    """Return an image's archive, as `docker save` writes it, as a stream."""
    return stream(_save(reference))


def _save(reference: str) -> Iterator[bytes]:
    with asked(f"read image {reference}") as engine:
        yield from engine.images.get(reference).save()
