import json
import time
import uuid

from fastapi import APIRouter, Depends, HTTPException, Request

from open_webui.models.store import run
from open_webui.utils.auth import get_verified_user

router = APIRouter()


@router.post("/new")
async def create_new_chat(request: Request, user=Depends(get_verified_user)):
    chat, made, now = (await request.json())["chat"], str(uuid.uuid4()), int(time.time())
    run("INSERT INTO chat VALUES (?, ?, ?, ?, ?, ?)", (made, user["id"], chat.get("title", ""), json.dumps(chat), now, now))
    return {"id": made, "title": chat.get("title", ""), "chat": chat}


@router.get("/{id}")
async def get_chat_by_id(id: str, user=Depends(get_verified_user)):
    found = run("SELECT id, title, chat FROM chat WHERE id = ? AND user_id = ?", (id, user["id"]))
    if not found:
        raise HTTPException(401, "Not found")
    return {**found[0], "chat": json.loads(found[0]["chat"])}
