"""Libraries: made and told."""

import hmac

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from config import CONTENT_DIR, LAMB_API_TOKEN
from database.connection import connect


def verify_token(given: HTTPAuthorizationCredentials = Depends(HTTPBearer())) -> None:
    if not hmac.compare_digest(given.credentials, LAMB_API_TOKEN):
        raise HTTPException(401, "Invalid service token.")


router = APIRouter(prefix="/libraries", dependencies=[Depends(verify_token)])


@router.post("", status_code=201)
async def create_library(request: Request) -> dict:
    body = await request.json()
    with connect() as connection:
        connection.execute("INSERT INTO libraries VALUES (?, ?, ?)", (body["id"], body["organization_id"], body["name"]))
    (CONTENT_DIR / body["id"]).mkdir()
    return body


@router.get("/{lib_id}")
async def get_library(lib_id: str) -> dict:
    with connect() as connection:
        found = connection.execute("SELECT id, organization_id, name FROM libraries WHERE id = ?", (lib_id,)).fetchone()
    if found is None:
        raise HTTPException(404, "Library not found.")
    return dict(zip(("id", "organization_id", "name"), found))
