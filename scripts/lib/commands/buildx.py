"""Words the build of an image with BuildKit, and the question whether a registry has one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

CACHE = "mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true"
"""Every stage's layers, as an image that any registry takes; what the registry refuses fails no build."""

_BUILD = ("docker", "buildx", "build", "--progress=plain")


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What one build is made of."""

    dockerfile: Path
    context: Path | None = None
    """The Dockerfile's folder where left out."""
    contexts: Mapping[str, str] = field(default_factory=dict)
    """Name -> folder, or `docker-image://REFERENCE`."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Path] = field(default_factory=dict)
    """Id -> file, seen by the steps that ask for it and kept by none."""
    cache: str | None = None
    """Reference under which a registry keeps the layers of earlier builds, and gets those of this one."""


@dataclass(frozen=True, kw_only=True)
class Build(Inputs):
    """The build of an image."""

    reference: str
    metadata: Path
    """Written by BuildKit: the identity of the result."""
    labels: Mapping[str, str] = field(default_factory=dict)
    created: datetime | None = None
    """The image's date; the present where left out."""


def build(given: Build) -> list[str]:
    """Build and load into the engine, with one plain line for each thing that happens."""
    argv = [*_BUILD, "--load", "--provenance=false", f"--tag={given.reference}", f"--metadata-file={given.metadata}"]
    if given.created:
        argv.append(f"--build-arg=SOURCE_DATE_EPOCH={int(given.created.timestamp())}")
    argv += [f"--label={name}={value}" for name, value in given.labels.items()]
    return [*argv, *_inputs(given)]


def files(given: Inputs, into: Path) -> list[str]:
    """Build anew, whatever the cache holds, and write the files of the result into the folder `into`."""
    return [*_BUILD, "--no-cache", f"--output=type=local,dest={into}", *_inputs(given)]


def _inputs(given: Inputs) -> list[str]:
    argv = [f"--file={given.dockerfile}"]
    argv += [f"--build-context={name}={where}" for name, where in given.contexts.items()]
    argv += [f"--build-arg={name}={value}" for name, value in given.arguments.items()]
    argv += [f"--secret=id={name},src={file}" for name, file in given.secrets.items()]
    if given.cache:
        argv.append(f"--cache-from=type=registry,ref={given.cache}")
        argv.append(f"--cache-to=type=registry,ref={given.cache},{CACHE}")
    return [*argv, str(given.context or given.dockerfile.parent)]


def inspect() -> list[str]:
    """Say which builder builds, and how it is driven."""
    return ["docker", "buildx", "inspect"]


def ask(reference: str) -> list[str]:
    """Ask a registry for an image's manifest as it stands there, without bringing the image."""
    return ["docker", "buildx", "imagetools", "inspect", "--raw", reference]
