"""Layers of earlier builds, for machines whose builder begins empty, as those of CI do: kept in a registry at STAGING.

An image has a repository of its own for it, NAME-cache, with a tag for each architecture. Where STAGING is not set, or
the builder can keep layers in no registry (Docker's own cannot, unless the engine keeps images in containerd), nothing
here does anything. A cache that cannot be read or written makes a build slower and never fail.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.lib import console, engine, registry_login, shell, staging
from scripts.lib.commands import buildx
from scripts.lib.registry_login import Login
from scripts.lib.scratch import scratch

OWN_DRIVER = "docker"
"""Buildx' name of the builder within Docker's engine."""


@dataclass(frozen=True)
class LayerCache:
    """Where a build takes layers from and leaves its own."""

    reference: str | None = None
    """None where it does neither."""
    env: Mapping[str, str] = field(default_factory=dict)
    """What buildx is run with, to be let in there."""


@contextmanager
def of(name: str, cache: Path) -> Iterator[LayerCache]:
    """Give the cache of an image's builds; a login lies below the folder `cache` for as long as it is needed."""
    settings = staging.place()
    if settings is None:
        yield LayerCache()
    elif not _able():
        console.note("  this builder keeps no layers in a registry: docker buildx create --use makes one that does")
        yield LayerCache()
    else:
        repository = f"{settings.namespace}/{name}-cache".strip("/")
        reference = f"{settings.host}/{repository}:{engine.architecture()}"
        login = registry_login.find(settings)
        if login is None:
            yield LayerCache(reference)
        else:
            with scratch(cache) as folder:
                _log_in(settings.host, login, registry_login.docker_folder(), folder)
                yield LayerCache(reference, {"DOCKER_CONFIG": str(folder)})


def _able() -> bool:
    """Tell whether the builder that buildx takes now can keep layers in a registry."""
    said = shell.run(buildx.inspect()).output
    drivers = [line.partition(":")[2].strip() for line in said.splitlines() if line.startswith("Driver:")]
    return drivers != [OWN_DRIVER] or engine.has_containerd_store()


def _log_in(host: str, login: Login, own: Path, folder: Path) -> None:
    """Make a folder like Docker's `own`, with all that lies there and this login beside."""
    for path in own.iterdir() if own.is_dir() else ():
        if path.name != "config.json":
            (folder / path.name).symlink_to(path)
    config: dict[str, Any] = json.loads(path.read_text()) if (path := own / "config.json").exists() else {}
    pair = f"{login.username}:{login.password.reveal()}"
    auths = config.get("auths", {}) | {host: {"auth": base64.b64encode(pair.encode()).decode()}}
    # An empty helper: the login of this host lies in the file, whatever keeps those of the others.
    config |= {"auths": auths, "credHelpers": config.get("credHelpers", {}) | {host: ""}}
    made = folder / "config.json"
    made.touch(0o600)
    made.write_text(json.dumps(config))
