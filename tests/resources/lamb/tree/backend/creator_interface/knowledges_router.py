"""Knowledge bases: kept by their own server, which this one asks."""

import json
import time

import httpx
from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile

import config
from lamb.auth import current_user
from lamb.database_manager import LambDatabaseManager

router = APIRouter()
db_manager = LambDatabaseManager()
DEFAULT = dict.fromkeys(("model", "vendor", "api_endpoint", "apikey"), "default")


def _ask(method, path, **more):
    headers = {"Authorization": f"Bearer {config.LAMB_KB_SERVER_TOKEN}"}
    try:
        answer = httpx.request(method, f"{config.LAMB_KB_SERVER}{path}", headers=headers, timeout=60, **more)
    except httpx.HTTPError as error:
        raise HTTPException(503, f"Unable to connect to KB server: {error}")
    if answer.status_code >= 400:
        raise HTTPException(answer.status_code, f"KB server error: {answer.text}")
    return answer.json()


@router.post("")
async def create_knowledge_base(request: Request, user=Depends(current_user)):
    body = await request.json()
    name = body["name"].strip().lower().replace(" ", "_")
    told = {"name": name, "description": body.get("description", ""), "owner": str(user["id"]), "embeddings_model": DEFAULT}
    made = _ask("POST", "/collections", json=told)
    db_manager.run("INSERT INTO {p}kb_registry (kb_id, kb_name, owner_user_id, organization_id, created_at)"
                   " VALUES (?, ?, ?, ?, ?)",
                   (str(made["id"]), name, user["id"], user["organization_id"], int(time.time())))
    return {"kb_id": str(made["id"]), "name": name, "status": "success"}


@router.get("/user")
async def get_user_knowledge_bases(user=Depends(current_user)):
    found = db_manager.run("SELECT kb_id, kb_name FROM {p}kb_registry WHERE owner_user_id = ?", (user["id"],))
    return {"knowledge_bases": [{"id": kb, "name": name} for kb, name in found]}


@router.get("/kb/{kb_id}")
async def get_knowledge_base(kb_id: str, user=Depends(current_user)):
    return {**_ask("GET", f"/collections/{kb_id}"), "files": _ask("GET", f"/collections/{kb_id}/files")}


@router.post("/kb/{kb_id}/plugin-ingest-file")
async def plugin_ingest_file(
    kb_id: str, plugin_name: str = Form(...), file: UploadFile = File(...), user=Depends(current_user)
):
    sent = {"file": (file.filename, await file.read(), file.content_type)}
    told = {"plugin_name": plugin_name, "plugin_params": json.dumps({})}
    return _ask("POST", f"/collections/{kb_id}/ingest-file", files=sent, data=told)


@router.post("/kb/{kb_id}/query")
async def query_knowledge_base(kb_id: str, request: Request, user=Depends(current_user)):
    body = await request.json()
    told = {"query_text": body["query_text"], "plugin_params": body.get("plugin_params", {})}
    found = _ask("POST", f"/collections/{kb_id}/query?plugin_name=simple_query", json=told)
    return {"status": "success", "kb_id": kb_id, "results": found["results"]}
