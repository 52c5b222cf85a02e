"""A fresh file of an environment's settings: the template, with secrets of its own."""

import secrets

from scripts.lib.deploy import env_file
from scripts.lib.settings.deploy import DeploySettings


def text(template: str, settings: DeploySettings) -> str:
    """Return the template's text with a fresh secret for every variable that is generated."""
    return env_file.fill(template, lambda name: fresh(settings, name))


def fresh(settings: DeploySettings, name: str) -> str | None:
    """Make a secret; None for what is not made."""
    known = settings.variables.get(name)
    return secrets.token_urlsafe(known.generated)[: known.generated] if known and known.generated else None
