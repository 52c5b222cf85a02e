"""Settings of the process."""

import logging
import os
from pathlib import Path

try:
    import torch

    DEVICE_TYPE = "mps" if torch.backends.mps.is_available() else "cpu"
except Exception:
    DEVICE_TYPE = "cpu"

OPEN_WEBUI_DIR = Path(__file__).parent
BACKEND_DIR = OPEN_WEBUI_DIR.parent
BASE_DIR = BACKEND_DIR.parent
FRONTEND_BUILD_DIR = Path(os.getenv("FRONTEND_BUILD_DIR", BASE_DIR / "build")).resolve()
DATA_DIR = Path(os.getenv("DATA_DIR", BACKEND_DIR / "data")).resolve()
DATABASE = DATA_DIR / "webui.db"

SRC_LOG_LEVELS = {"MAIN": logging.INFO}
VERSION = "0.5.6"

WEBUI_AUTH = os.environ.get("WEBUI_AUTH", "True").lower() == "true"
WEBUI_AUTH_TRUSTED_EMAIL_HEADER = os.environ.get("WEBUI_AUTH_TRUSTED_EMAIL_HEADER", None)
WEBUI_AUTH_TRUSTED_NAME_HEADER = os.environ.get("WEBUI_AUTH_TRUSTED_NAME_HEADER", None)

WEBUI_SECRET_KEY = os.environ.get("WEBUI_SECRET_KEY", os.environ.get("WEBUI_JWT_SECRET_KEY", "t0p-s3cr3t"))
WEBUI_SESSION_COOKIE_SAME_SITE = os.environ.get("WEBUI_SESSION_COOKIE_SAME_SITE", "lax")

if WEBUI_AUTH and WEBUI_SECRET_KEY == "":
    raise ValueError("Required environment variable not found. Terminating now.")
