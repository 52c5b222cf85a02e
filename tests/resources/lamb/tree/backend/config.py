"""Settings of the back end: read from the environment at import, which fails where one is missing."""

import os

from dotenv import load_dotenv

load_dotenv()


def _needed(name, *older):
    for one in (name, *older):
        if os.getenv(one):
            return os.environ[one].strip()
    raise ValueError(f"{name} environment variable is required")


def _switch(name, usual):
    return os.getenv(name, usual).strip().lower() in {"1", "true", "yes", "on"}


LAMB_WEB_HOST = _needed("LAMB_WEB_HOST", "PIPELINES_HOST")
LAMB_BACKEND_HOST = _needed("LAMB_BACKEND_HOST")
LAMB_BEARER_TOKEN = _needed("LAMB_BEARER_TOKEN", "PIPELINES_BEARER_TOKEN")
API_KEY = LAMB_BEARER_TOKEN

OPENAI_API_KEY = os.environ["OPENAI_API_KEY"]
OPENAI_BASE_URL = _needed("OPENAI_BASE_URL")
OPENAI_MODEL = _needed("OPENAI_MODEL")
OLLAMA_BASE_URL = os.getenv("OLLAMA_BASE_URL", "http://host.docker.internal:11434")

OWI_PATH = _needed("OWI_PATH")
OWI_BASE_URL = _needed("OWI_BASE_URL")
OWI_PUBLIC_BASE_URL = os.getenv("OWI_PUBLIC_BASE_URL") or OWI_BASE_URL
OWI_ADMIN_NAME = _needed("OWI_ADMIN_NAME")
OWI_ADMIN_EMAIL = _needed("OWI_ADMIN_EMAIL")
OWI_ADMIN_PASSWORD = _needed("OWI_ADMIN_PASSWORD")

LAMB_KB_SERVER = os.getenv("LAMB_KB_SERVER", "http://localhost:9090")
LAMB_KB_SERVER_TOKEN = _needed("LAMB_KB_SERVER_TOKEN")

LAMB_DB_PATH = os.getenv("LAMB_DB_PATH", "/data/lamb")
LAMB_DB_PREFIX = os.getenv("LAMB_DB_PREFIX", "LAMB_")

SIGNUP_ENABLED = _switch("SIGNUP_ENABLED", "false")
SIGNUP_SECRET_KEY = _needed("SIGNUP_SECRET_KEY")
DEV_MODE = os.getenv("DEV_MODE", "false").lower() == "false"
GLOBAL_LOG_LEVEL = os.getenv("GLOBAL_LOG_LEVEL", "WARNING")

LAMB_FRONTEND_BASE_URL = os.getenv("LAMB_FRONTEND_BASE_URL", "/creator")
LAMB_FRONTEND_LAMB_SERVER = os.getenv("LAMB_FRONTEND_LAMB_SERVER") or LAMB_WEB_HOST
LAMB_FRONTEND_OPENWEBUI_SERVER = os.getenv("LAMB_FRONTEND_OPENWEBUI_SERVER") or OWI_PUBLIC_BASE_URL
LAMB_ENABLE_OPENWEBUI = _switch("LAMB_ENABLE_OPENWEBUI", "true")
LAMB_ENABLE_DEBUG = _switch("LAMB_ENABLE_DEBUG", "false")
LAMB_ENABLE_LIBRARIES = os.getenv("LAMB_LIBRARY_SERVER_ENABLE", "ENABLE").upper().strip() != "DISABLE"

LAMB_JWT_SECRET = os.getenv("LAMB_JWT_SECRET") or os.getenv("WEBUI_SECRET_KEY") or os.getenv("WEBUI_JWT_SECRET_KEY")
if not LAMB_JWT_SECRET:
    LAMB_JWT_SECRET = 't0p-s3cr3t'
