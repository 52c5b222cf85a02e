#!/usr/bin/env python3
"""Writes config.js into the front end, then becomes the command."""

import json
import os
import sys
from pathlib import Path

import config


def write_config():
    place = Path(os.getenv("LAMB_FRONTEND_BUILD_PATH", "/app/frontend/build")) / "config.js"
    told = {
        "api": {
            "baseUrl": config.LAMB_FRONTEND_BASE_URL,
            "lambServer": config.LAMB_FRONTEND_LAMB_SERVER,
            "openWebUiServer": config.LAMB_FRONTEND_OPENWEBUI_SERVER,
        },
        "assets": {"path": "/static"},
        "features": {
            "enableOpenWebUi": config.LAMB_ENABLE_OPENWEBUI,
            "enableDebugMode": config.LAMB_ENABLE_DEBUG,
            "enableLibraries": config.LAMB_ENABLE_LIBRARIES,
        },
    }
    place.write_text("window.LAMB_CONFIG = " + json.dumps(told, indent=2) + ";\n", encoding="utf-8")


if __name__ == "__main__":
    write_config()
    os.execvp(sys.argv[1], sys.argv[1:])
