"""Settings of the application, and what it lays into its static folder at every start."""

import logging
import os
import shutil
from pathlib import Path

from open_webui.env import FRONTEND_BUILD_DIR, OPEN_WEBUI_DIR

STATIC_DIR = Path(os.getenv("STATIC_DIR", OPEN_WEBUI_DIR / "static")).resolve()

frontend_favicon = FRONTEND_BUILD_DIR / "static" / "favicon.png"

if frontend_favicon.exists():
    try:
        shutil.copyfile(frontend_favicon, STATIC_DIR / "favicon.png")
    except Exception as e:
        logging.error(f"An error occurred: {e}")
else:
    logging.warning(f"Frontend favicon not found at {frontend_favicon}")

ENABLE_SIGNUP = os.environ.get("ENABLE_SIGNUP", "True").lower() == "true"
ENABLE_OPENAI_API = os.environ.get("ENABLE_OPENAI_API", "True").lower() == "true"
OPENAI_API_BASE_URLS = [os.environ.get("OPENAI_API_BASE_URL", "https://api.openai.com/v1").rstrip("/")]
OPENAI_API_KEYS = [os.environ.get("OPENAI_API_KEY", "")]
OPENAI_API_CONFIGS = {}
ENABLE_OLLAMA_API = os.environ.get("ENABLE_OLLAMA_API", "True").lower() == "true"
OLLAMA_BASE_URLS = [os.environ.get("OLLAMA_BASE_URL", "http://localhost:11434")]
OLLAMA_API_CONFIGS = {}
