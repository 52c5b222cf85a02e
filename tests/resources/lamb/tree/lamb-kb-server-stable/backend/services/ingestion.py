"""Files are kept below static/, cut into pieces and embedded."""

import os
import shutil
import uuid
from pathlib import Path

from database.connection import write
from services.query import remember

STATIC_DIR = Path(__file__).resolve().parent.parent / "static"
STATIC_URL_PREFIX = os.getenv("HOME_URL", "http://localhost:9090") + "/static"
PIECE = 1000


class IngestionService:
    @classmethod
    def ingest_file(cls, collection, file, plugin_name, plugin_params):
        plugin_params = {**plugin_params, "openai_api_key": collection["embeddings_model"]["apikey"]}
        print(f"DEBUG: [ingest_file] Using plugin: {plugin_name}")
        print(f"DEBUG: [ingest_file] Plugin params: {plugin_params}")
        name = f"{uuid.uuid4().hex}{Path(file.filename).suffix}"
        place = STATIC_DIR / collection["owner"] / collection["name"] / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as kept:
            shutil.copyfileobj(file.file, kept)
        url = f"{STATIC_URL_PREFIX}/{place.relative_to(STATIC_DIR)}"
        text = place.read_text(encoding="utf-8")
        pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
        embedding_config = collection["embeddings_model"]
        print(f"DEBUG: [add_documents_to_collection] Embedding config: {embedding_config}")
        remember(collection, pieces, {"source": str(place), "filename": file.filename, "file_url": url})
        made = write(
            "INSERT INTO file_registry (collection_id, original_filename, file_path, file_url, file_size, plugin_name,"
            " status, document_count, owner) VALUES (?, ?, ?, ?, ?, ?, 'completed', ?, ?)",
            (collection["id"], file.filename, str(place), url, place.stat().st_size, plugin_name, len(pieces),
             collection["owner"]),
        )
        return {"collection_id": collection["id"], "file_path": str(place), "file_url": url, "file_registry_id": made,
                "original_filename": file.filename, "documents_added": len(pieces), "status": "processing"}
