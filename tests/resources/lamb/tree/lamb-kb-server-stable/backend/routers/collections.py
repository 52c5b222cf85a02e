"""Collections: made, fed and asked."""

import json
import os

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from sqlalchemy.exc import IntegrityError

from database.connection import read, write
from dependencies import verify_token
from services.ingestion import IngestionService
from services.collections import get_file_content
from services.query import nearest

router = APIRouter(prefix="/collections", dependencies=[Depends(verify_token)])
DEFAULTS = {
    "model": "EMBEDDINGS_MODEL",
    "vendor": "EMBEDDINGS_VENDOR",
    "api_endpoint": "EMBEDDINGS_ENDPOINT",
    "apikey": "EMBEDDINGS_APIKEY",
}


def _collection(collection_id):
    found = read("SELECT * FROM collections WHERE id = ?", (collection_id,))
    if not found:
        raise HTTPException(404, f"Collection with ID {collection_id} not found")
    return {**found[0], "embeddings_model": json.loads(found[0]["embeddings_model"])}


@router.post("", status_code=201)
async def create_collection(request: Request):
    body = await request.json()
    given = body.get("embeddings_model") or {}
    model = {k: os.getenv(v, "") if given.get(k) == "default" else given.get(k) for k, v in DEFAULTS.items()}
    try:
        made = write(
            "INSERT INTO collections (name, description, owner, visibility, embeddings_model) VALUES (?, ?, ?, ?, ?)",
            (body["name"], body.get("description"), body["owner"], body.get("visibility", "private"), json.dumps(model)),
        )
    except IntegrityError:
        raise HTTPException(409, f"Collection '{body['name']}' already exists")
    return _shown(_collection(made))


@router.get("")
async def list_collections():
    return {"items": [_shown(_collection(one["id"])) for one in read("SELECT id FROM collections")]}


@router.get("/{collection_id}")
async def get_collection(collection_id: int):
    return _shown(_collection(collection_id))


@router.post("/{collection_id}/ingest-file")
async def ingest_file_to_collection(
    collection_id: int, file: UploadFile = File(...), plugin_name: str = Form(...), plugin_params: str = Form("{}")
):
    collection = _collection(collection_id)
    if plugin_name != "simple_ingest":
        raise HTTPException(404, f"Ingestion plugin '{plugin_name}' not found")
    return IngestionService.ingest_file(collection, file, plugin_name, json.loads(plugin_params))


@router.get("/{collection_id}/files/{file_id}")
async def get_file(collection_id: int, file_id: int):
    return get_file_content(file_id)


@router.get("/{collection_id}/files")
async def list_files(collection_id: int):
    return read("SELECT * FROM file_registry WHERE collection_id = ?", (collection_id,))


@router.post("/{collection_id}/query")
async def query_collection(collection_id: int, request: Request, plugin_name: str = "simple_query"):
    body = await request.json()
    return {"results": nearest(_collection(collection_id), body["query_text"], body.get("top_k", 5))}


def _shown(collection):
    return {**collection, "embeddings_model": {k: v for k, v in collection["embeddings_model"].items() if k != "apikey"}}
