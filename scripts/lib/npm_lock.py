"""The locked npm packages of an image: made by npm itself, in a container of the base with which the image is built."""

import json
from pathlib import Path
from typing import Any

from scripts.lib import bases, console, shell
from scripts.lib.checkout import Checkout
from scripts.lib.commands import buildx
from scripts.lib.errors import CommandFailed
from scripts.lib.files import Files
from scripts.lib.image_build import ca_bundle
from scripts.lib.scratch import scratch
from scripts.lib.settings.environment import BasePolicy
from scripts.lib.settings.images import Base
from scripts.lib.settings.locks import NpmLock

WANTED = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
"""What a package.json asks for, and its lock must have been made of."""
SETTINGS = ".npmrc"
DOCKERFILE = """\
FROM base AS made
WORKDIR /package
COPY . .
ARG BEFORE
RUN --mount=type=secret,id=ca,target=/run/ca.pem \\
    if [ -s /run/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/ca.pem; fi && \\
    npm install --package-lock=true --package-lock-only --ignore-scripts --no-audit --no-fund \\
        ${BEFORE:+--before=$BEFORE}
FROM scratch
COPY --from=made /package/package-lock.json /
"""


def asked(files: Files, settings: NpmLock, place: str) -> bytes:
    """Return the customized tree's package.json; raises CommandFailed where it has none. `place` names the settings."""
    package = files.read(settings.package)
    if package is None:
        raise CommandFailed(f"{place}.package: the tree has no {settings.package}", hint="correct it in product.yaml")
    try:
        json.loads(package)
    except ValueError as error:
        raise CommandFailed(f"{settings.package}: is no JSON: {error}", hint="mend it with a step") from None
    return package


def is_current(lock: Path, package: bytes) -> bool:
    """Tell whether the lock is of what the package.json asks for, as `npm ci` looks at it."""
    try:
        of = json.loads(lock.read_bytes())["packages"][""]
    except (FileNotFoundError, ValueError, KeyError):
        return False
    wanted: dict[str, Any] = json.loads(package)
    return all(of.get(kind, {}) == wanted.get(kind, {}) for kind in WANTED)


def resolve(files: Files, settings: NpmLock, base: Base, policy: BasePolicy, checkout: Checkout) -> str:
    """Return the content of the lock, which names no registry; the base is brought or made where it is not there.

    Raises CommandFailed with what npm says where it finds none.
    """
    image, bundle = bases.ensure(base, policy, checkout), ca_bundle()
    folder = settings.package.rpartition("/")[0]
    with scratch(checkout.cache) as place, console.part(f"lock {settings.package}") as part:
        context = place / "context"
        context.mkdir()
        for name in ("package.json", SETTINGS):
            content = files.read(f"{folder}/{name}" if folder else name)
            if content is not None:
                (context / name).write_bytes(content)
        (place / "Dockerfile").write_text(DOCKERFILE)
        given = buildx.Inputs(
            dockerfile=place / "Dockerfile",
            context=context,
            contexts={"base": f"docker-image://{image.reference}"},
            arguments={"BEFORE": f"{settings.before}T00:00:00Z"} if settings.before else {},
            secrets={"ca": bundle} if bundle else {},
        )
        log = checkout.log(f"npm-{folder.replace('/', '-') or 'top'}")
        shell.follow(buildx.files(given, place / "made"), log=log, on_line=lambda line: part.update(says=line))
        return neutral((place / "made" / "package-lock.json").read_text())


def neutral(lock: str) -> str:
    """Return a lock without the addresses of the registry: npm then asks the one that it is told, for the same hash."""
    content: dict[str, Any] = json.loads(lock)
    for package in content["packages"].values():
        if "integrity" in package and "/-/" in package.get("resolved", ""):
            del package["resolved"]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
