"""Assistants: kept here, published to Open WebUI."""

import logging

from fastapi import APIRouter, Depends, HTTPException, Request

from lamb.auth import current_user
from lamb.database_manager import LambDatabaseManager
from lamb.owi_bridge import owi_group
from lamb.owi_bridge.owi_users import OwiUserManager

router = APIRouter()
db_manager = LambDatabaseManager()
logger = logging.getLogger(__name__)


@router.post("/create_assistant", status_code=201)
async def create_assistant_directly(request: Request, user=Depends(current_user)):
    body = await request.json()
    if not body.get("name", "").strip():
        raise HTTPException(400, "Assistant name is required")
    name = f"{user['id']}_{body['name'].strip().lower().replace(' ', '_')}"
    made = db_manager.add_assistant(
        name, body.get("description", ""), user, body.get("system_prompt", ""), body.get("RAG_collections", "")
    )
    owner = OwiUserManager().get_user_by_email(user["email"])
    if owner is None:
        raise HTTPException(404, f"OWI User not found for owner email {user['email']}.")
    group = owi_group.publish(made, name, owner)
    db_manager.run("UPDATE {p}assistants SET group_id = ? WHERE id = ?", (group, made))
    return {"assistant_id": made, "name": name, "owner": user["email"], "publish_status": {"group_id": group}}


@router.get("/get_assistants")
async def get_assistants(creator_user=Depends(current_user)):
    logger.info(f"[DEBUG] get_assistants_proxy: Creator user: {creator_user}")
    found = db_manager.get_assistants(creator_user["email"])
    return {"assistants": found, "total_count": len(found)}


@router.put("/publish/{assistant_id}")
async def publish_assistant(assistant_id: int, request: Request, user=Depends(current_user)):
    """Let launches by the assistant's own name lead to it, and list it as a model; or no longer."""
    own = {one["id"]: one for one in db_manager.get_assistants(user["email"])}
    if assistant_id not in own:
        raise HTTPException(404, "Assistant not found")
    name = own[assistant_id]["name"] if (await request.json())["publish_status"] else None
    db_manager.run("UPDATE {p}assistants SET oauth_consumer_name = ? WHERE id = ?", (name, assistant_id))
    return own[assistant_id] | {"oauth_consumer_name": name, "published": name is not None}
