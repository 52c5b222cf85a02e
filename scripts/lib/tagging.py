"""Tags in a registry: put once, read back, never moved."""

import json
from datetime import date

from scripts.lib import tags
from scripts.lib.errors import GateRefused
from scripts.lib.registry import Manifest, Registry


def require_free(target: Registry, repository: str, tag: str, image_id: str) -> None:
    """Refuse a tag that names another image."""
    there = target.manifest(repository, tag)
    if there is not None and there.image_id != image_id:
        raise GateRefused(
            f"{target.host}/{repository}:{tag} is there with the image {there.image_id}; this one is {image_id}",
            hint="a tag never moves: raise customization_version in product.yaml, then run: invoke publish",
        )


def dated_tag(target: Registry, repository: str, image_id: str, customization: str) -> str:
    """Return the tag of the day on which the image, which the registry has, was built (UTC)."""
    created: str = json.loads(target.blob(repository, image_id))["created"]
    names = tags.by_date(date.fromisoformat(created[:10]), customization)
    return tags.first_free(names, image_id, lambda tag: _holder(target, repository, tag))


def put(target: Registry, repository: str, tag: str, manifest: Manifest) -> None:
    """Let a tag name a manifest and read it back; refuses where something else comes back."""
    target.put_manifest(repository, tag, manifest)
    found = target.manifest(repository, tag)
    if found is None or found.digest != manifest.digest:
        raise GateRefused(
            f"{target.host}/{repository}:{tag} reads back as {found.digest if found else 'nothing'}, "
            f"put was {manifest.digest}",
            hint="somebody else publishes here at the same time: look, then run: invoke publish",
        )


def _holder(target: Registry, repository: str, tag: str) -> str | None:
    """Return the image ID that a tag names, None where there is no such tag; an index is nobody's image."""
    there = target.manifest(repository, tag)
    return None if there is None else there.image_id or there.digest
