"""One image for several architectures: an index of their manifests, as `docker buildx imagetools create` makes it.

Worded here, so that it travels as every image does (docs/adr/0006-push-by-digest.md): under its digest alone, read
back, and only then under tags.
"""

import json
from collections.abc import Mapping
from typing import Any

from scripts.lib.errors import GateRefused
from scripts.lib.records import Digest, PublishedImage
from scripts.lib.registry import DOCKER_INDEX, Manifest, Registry


def parts(target: Registry, repository: str, published: Mapping[str, PublishedImage]) -> dict[str, Manifest]:
    """Return the manifest of each architecture, as the registry has it now.

    Raises GateRefused with every one that is gone, is another image than was published, or is for another machine.
    """
    found = {name: target.manifest(repository, image.digest) for name, image in published.items()}
    problems = [
        problem
        for name, image in published.items()
        if (problem := _problem(target, repository, name, image, found[name]))
    ]
    if problems:
        raise GateRefused(problems, hint="publish it again where it was built")
    return {name: manifest for name, manifest in found.items() if manifest}


def index_of(target: Registry, repository: str, manifests: Mapping[str, Manifest]) -> Manifest:
    """Return the index of these manifests (by architecture); the same ones give the same bytes."""
    content = {
        "schemaVersion": 2,
        "mediaType": DOCKER_INDEX,
        "manifests": [
            {
                "mediaType": manifest.media_type,
                "size": len(manifest.body),
                "digest": manifest.digest,
                "platform": _platform(target, repository, manifest),
            }
            for _, manifest in sorted(manifests.items())
        ],
    }
    return Manifest(json.dumps(content, indent=3).encode(), DOCKER_INDEX)


def send(target: Registry, repository: str, index: Manifest) -> Digest:
    """Store an index under its digest alone, read it back and return the digest."""
    target.put_manifest(repository, index.digest, index)
    if target.manifest(repository, index.digest) is None:
        raise GateRefused(
            f"{target.host}/{repository}@{index.digest} is not there after it was put; it has no tag",
            hint="ask those who run the registry, or a proxy before it: it changes what it stores",
        )
    return index.digest


def _problem(
    target: Registry, repository: str, architecture: str, image: PublishedImage, found: Manifest | None
) -> str | None:
    place = f"{target.host}/{repository}@{image.digest}"
    if found is None:
        return f"{place}, published for {architecture}, is not there"
    if found.image_id != image.image_id:
        return f"{place} is the image {found.image_id}, proven for {architecture} was {image.image_id}"
    really = _platform(target, repository, found)["architecture"]
    return None if really == architecture else f"{place} is for {really}, it was published for {architecture}"


def _platform(target: Registry, repository: str, manifest: Manifest) -> dict[str, Any]:
    """Return for which machines an image is, as its configuration says."""
    config = json.loads(target.blob(repository, manifest.image_id or ""))
    return {key: config[key] for key in ("architecture", "os", "variant") if config.get(key)}
