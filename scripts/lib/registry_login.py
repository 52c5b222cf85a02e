"""Who we are to a registry: from the environment, else from Docker's own credential store; and how it is told."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.lib import shell
from scripts.lib.errors import SettingsInvalid
from scripts.lib.secret import Secret
from scripts.lib.settings.environment import RemoteRegistry
from scripts.lib.settings.selection import secret, variable

DOCKER_HUB = "docker.io"
DOCKER_HUB_KEY = "https://index.docker.io/v1/"
"""Under this name Docker's store keeps the login of Docker Hub."""
STAGING_PASSWORD = "STAGING_PASSWORD"  # noqa: S105  the name of a variable


@dataclass(frozen=True)
class Login:
    """A user's name and password (or access token)."""

    username: str
    password: Secret

    def basic(self) -> str:
        """Return the value of an Authorization header."""
        pair = f"{self.username}:{self.password.reveal()}"
        return "Basic " + base64.b64encode(pair.encode()).decode()


def find(settings: RemoteRegistry) -> Login | None:
    """Return the login for a registry, None where nobody named one; raises SettingsInvalid where half is there."""
    given = _from_variables(settings.host, settings.username_variable, settings.password_variable)
    return given or _of_staging(settings.host) or _from_docker(settings.host)


def _from_variables(host: str, username: str, password: str) -> Login | None:
    """Return the login that two environment variables hold."""
    user, word = variable(username), secret(password)
    if user and word:
        return Login(user, word)
    if user or word:
        missing = password if user else username
        raise SettingsInvalid(
            f"{missing} is not set, but the other half of the login for {host} is", hint=f"export {missing}=…"
        )
    return None


def _of_staging(host: str) -> Login | None:
    """Return who we are at the host through which images pass in CI; that login goes to no other host."""
    place = variable("STAGING")
    if place is None or place.lower().partition("/")[0] != host:
        return None
    return _from_variables(host, "STAGING_USERNAME", STAGING_PASSWORD)


def _from_docker(host: str) -> Login | None:
    """Read Docker's config.json as `docker login` leaves it: a credential helper, or the login itself."""
    folder = docker_folder()
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise SettingsInvalid(f"{folder / 'config.json'}: {error}", hint=f"run: docker login {host}") from None
    key = DOCKER_HUB_KEY if host == DOCKER_HUB else host
    helper = config.get("credHelpers", {}).get(key) or config.get("credsStore")
    if helper:
        return _from_helper(helper, key)
    given = config.get("auths", {}).get(key, {}).get("auth")
    if not given:
        return None
    username, _, password = base64.b64decode(given).decode().partition(":")
    return Login(username, Secret(password))


def docker_folder() -> Path:
    """Return where Docker keeps its settings of this user."""
    return Path(variable("DOCKER_CONFIG") or Path.home() / ".docker")


def _from_helper(helper: str, key: str) -> Login | None:
    asked = shell.run([f"docker-credential-{helper}", "get"], stdin=key.encode(), accept=(0, 1), timeout=30)
    if asked.code:
        return None
    found = json.loads(asked.output)
    return Login(found["Username"], Secret(found["Secret"]))


def challenge(header: str) -> tuple[str, Mapping[str, str]]:
    """Split a WWW-Authenticate header: its scheme in lower case, and its parameters."""
    scheme, _, rest = header.partition(" ")
    return scheme.lower(), dict(re.findall(r'(\w+)="([^"]*)"', rest))
