"""What publishing has in common, be it one machine's images or the index that joins those of several."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from scripts.lib import bases, embedded_registry, registry
from scripts.lib.registry import Registry
from scripts.lib.settings.environment import EmbeddedRegistry
from scripts.lib.settings.selection import Selection


class Published(Protocol):
    """What stands in a registry, by digest and under tags."""

    @property
    def repository(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def tags(self) -> Sequence[str]: ...


def connected(selection: Selection) -> Registry:
    """Return the environment's registry; the embedded one is started where it does not run."""
    settings = selection.environment.registry
    if isinstance(settings, EmbeddedRegistry):
        embedded_registry.ensure(settings, lambda: _image_of(selection, settings))
    return registry.connect(settings)


def repository(selection: Selection, name: str) -> str:
    """Return an image's repository in the registry."""
    return f"{selection.environment.registry.namespace}/{name}".strip("/")


def stand(target: Registry, images: Mapping[str, Published]) -> bool:
    """Tell whether the registry still has what was published, under the digests and tags of then."""
    return all(
        (found := target.manifest(image.repository, reference)) is not None and found.digest == image.digest
        for image in images.values()
        for reference in (image.digest, *image.tags)
    )


def _image_of(selection: Selection, settings: EmbeddedRegistry) -> str:
    made_from = embedded_registry.base(settings)
    return bases.ensure(made_from, selection.environment.bases, selection.checkout).reference
