"""Builds one image with BuildKit, and knows what of this machine the build needs."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from scripts.lib import console, shell
from scripts.lib.commands import buildx
from scripts.lib.errors import CommandFailed
from scripts.lib.settings.selection import variable

CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


def build_image(
    given: buildx.Build, log: Path, part: console.Part, env: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Build, with all that BuildKit says in `log`, and return the image ID: the digest of the image's configuration.

    `env` is added to the variables that buildx is run with.
    """
    given.metadata.unlink(missing_ok=True)
    shell.follow(buildx.build(given), log=log, on_line=lambda line: part.update(says=_said(line)), env=env)
    identity = json.loads(given.metadata.read_text()).get("containerimage.config.digest")
    if not isinstance(identity, str):
        raise CommandFailed(f"{given.metadata} names no image", hint=f"see {log}; buildx >= 0.10 is needed")
    return identity


def ca_bundle() -> Path | None:
    """Return the certificates that this machine trusts, those of a network that inspects TLS among them."""
    path = Path(variable("SSL_CERT_FILE") or CA_BUNDLE)
    return path if path.is_file() else None


def uv_folder() -> Path:
    """Return the folder that holds the uv of this virtualenv."""
    from uv import find_uv_bin

    return Path(find_uv_bin()).parent


def _said(line: str) -> str:
    """A line of BuildKit's plain progress without its numbers: `#9 12.3 Installed` becomes `Installed`."""
    return re.sub(r"^#\d+ ([\d.]+ )?", "", line)
