"""What became of files."""

from typing import Optional

from fastapi import APIRouter, Depends, Query

from database.connection import read
from dependencies import verify_token

router = APIRouter(prefix="/collections", dependencies=[Depends(verify_token)])


@router.get("/{collection_id}/ingestion-jobs")
async def list_ingestion_jobs(
    collection_id: int,
    status: Optional[str] = Query(None, description="Filter by status"),
    limit: int = Query(50, ge=1, le=200),
    sort_by: str = Query(
        "id",
        description="Field to sort by",
        enum=["id", "status", "original_filename", "file_size"]
    ),
    sort_order: str = Query("desc", description="Sort order", enum=["asc", "desc"])
):
    found = read("SELECT * FROM file_registry WHERE collection_id = ?", (collection_id,))
    found = [one for one in found if status in (None, one["status"])]
    found.sort(key=lambda one: one[sort_by], reverse=sort_order == "desc")
    return {"total": len(found), "items": found[:limit]}
