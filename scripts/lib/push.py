"""Sends an image that the engine has to a registry under its digest alone, and reads it back."""

from scripts.lib import console, engine, upload
from scripts.lib.download import patiently
from scripts.lib.errors import GateRefused
from scripts.lib.records import BuiltImage
from scripts.lib.registry import Manifest, Registry, UploadLost
from scripts.lib.upload import Known


def push(target: Registry, repository: str, built: BuiltImage, known: Known) -> Manifest:
    """Return the manifest as the registry has it; layers in `known` are not sent.

    Raises GateRefused where another image comes back than the one that was sent.
    """
    with console.part(f"push {repository}") as part:
        progress = _Progress(part, built.size)
        sent = patiently(
            lambda: _send(target, repository, built, known, progress), lambda error: isinstance(error, UploadLost)
        )
    found = target.manifest(repository, sent.digest)
    if found is None or found.image_id != built.image_id:
        raise GateRefused(
            f"{target.host}/{repository}@{sent.digest} reads back as {found.image_id if found else 'nothing'}, "
            f"sent was {built.image_id}; it has no tag",
            hint="ask those who run the registry, or a proxy before it: it changes what it stores",
        )
    return found


def _send(target: Registry, repository: str, built: BuiltImage, known: Known, progress: "_Progress") -> Manifest:
    """Send what is not in `known`, to which all is added that arrives: a second attempt sends only the rest."""
    with engine.saved(built.reference) as archive:
        return upload.send(target, repository, archive, built.image_id, known, progress.layer)


class _Progress:
    """Adds up how much of each layer was read."""

    def __init__(self, part: console.Part, total: int) -> None:
        self._part, self._layers = part, dict[str, int]()
        part.update(done=0, total=total)

    def layer(self, name: str, done: int) -> None:
        self._layers[name] = done
        read = sum(self._layers.values())
        self._part.update(done=read, says=f"layer {len(self._layers)}, {console.size(read)}")
