"""Settings of the library, from the environment."""

import os
from pathlib import Path

PORT: int = int(os.getenv("PORT", "9091"))
LAMB_API_TOKEN: str = os.getenv("LAMB_API_TOKEN", "")
DATA_DIR: Path = Path(os.getenv("DATA_DIR", "data"))
CONTENT_DIR: Path = DATA_DIR / "content"
DB_PATH: Path = DATA_DIR / "library-manager.db"


def ensure_directories() -> None:
    CONTENT_DIR.mkdir(parents=True, exist_ok=True)
