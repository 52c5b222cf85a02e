"""How the server is."""

from fastapi import APIRouter, Depends

from database.connection import init_databases, read
from dependencies import verify_token

router = APIRouter()


@router.get("/")
async def root(token: str = Depends(verify_token)):
    return {"message": "Hello"}


@router.get("/health")
async def health_check():
    return {"status": "ok", "version": "0.1.0"}


@router.get("/database/status")
async def database_status(token: str = Depends(verify_token)):
    return {"sqlite_status": init_databases(), "collections_count": len(read("SELECT id FROM collections"))}
