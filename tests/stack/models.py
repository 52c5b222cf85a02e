"""The model server beside a stack: chats and embeddings as OpenAI's interface has them."""

from pathlib import Path

import yaml

from tests.lamb_tree import ROOT

SERVICE = "models"
KEY = "sk-models-" + "5" * 20
ADDRESS = "http://models:8000/v1"
MODEL = "parrot"
MODELS = {
    "OPENAI_BASE_URL": ADDRESS,
    "OPENAI_API_KEY": KEY,
    "OPENAI_MODEL": MODEL,
    "OPENAI_MODELS": MODEL,
    "EMBEDDINGS_VENDOR": "openai",
    "EMBEDDINGS_ENDPOINT": ADDRESS,
    "EMBEDDINGS_MODEL": MODEL,
    "EMBEDDINGS_APIKEY": KEY,
}
"""What a stack's environment says of it."""
ASK = "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/v1/models', timeout=2)"


def write_overlay(file: Path, image: str) -> Path:
    """Write the compose file that adds the server, run in an image that has Python; returns `file`."""
    service = {
        "image": image,
        "entrypoint": ["python", "/srv/models.py"],
        "command": [],
        "read_only": True,
        "networks": ["back"],
        "volumes": [f"{ROOT / 'smoke/servers/models.py'}:/srv/models.py:ro"],
        "healthcheck": {"test": ["CMD", "python", "-c", ASK], "interval": "1s", "timeout": "3s", "retries": 20},
    }
    file.write_text(yaml.safe_dump({"services": {SERVICE: service}}))
    return file
