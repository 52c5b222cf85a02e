"""What LAMB's front end is told at run time: /config.js, written anew at every start to a place in memory."""

import json
from collections.abc import Mapping
from pathlib import Path

from own_settings import is_on

NAME = "config.js"
SHORT = 12
"""Digits of a commit that are shown."""


def write(environment: Mapping[str, str], folder: Path) -> None:
    """Write config.js into `folder`, whole or not at all."""
    place = folder / NAME
    written = place.with_suffix(".new")
    written.write_text(script(environment), encoding="utf-8")
    written.replace(place)


def script(environment: Mapping[str, str]) -> str:
    """Return the script. No value can end it or the page around it: what JSON leaves as it is, is escaped too."""
    text = json.dumps(_told(environment), indent=2)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"window.LAMB_CONFIG = {text};\n"


def _told(environment: Mapping[str, str]) -> dict[str, object]:
    return {
        "api": {
            "baseUrl": _first(environment, "LAMB_FRONTEND_BASE_URL") or "/creator",
            "lambServer": _first(environment, "LAMB_FRONTEND_LAMB_SERVER", "LAMB_WEB_HOST", "PIPELINES_HOST"),
            "openWebUiServer": _first(
                environment, "LAMB_FRONTEND_OPENWEBUI_SERVER", "OWI_PUBLIC_BASE_URL", "OWI_BASE_URL"
            ),
        },
        "assets": {"path": "/static"},
        "features": {
            "enableOpenWebUi": is_on(environment, "LAMB_ENABLE_OPENWEBUI", default=True),
            "enableDebugMode": is_on(environment, "LAMB_ENABLE_DEBUG"),
            "enableLibraries": environment.get("LAMB_LIBRARY_SERVER_ENABLE", "").strip().upper() != "DISABLE",
        },
        "build": _build(environment),
    }


def _build(environment: Mapping[str, str]) -> dict[str, str]:
    """What was built, from the image's own variables; the front end shows it in place of what it was bundled with."""
    return {
        "version": environment.get("LAMB_VERSION") or "unknown",
        "commit": environment.get("LAMB_COMMIT", "")[:SHORT] or "unknown",
        "branch": "release",
        "buildDate": environment.get("LAMB_BUILT", "").partition("T")[0] or "unknown",
    }


def _first(environment: Mapping[str, str], *names: str) -> str:
    return next((environment[name].strip() for name in names if environment.get(name, "").strip()), "")
