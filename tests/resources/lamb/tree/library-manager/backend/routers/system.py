"""How the library is."""

import sqlite3

from fastapi import APIRouter

from database.connection import connect

router = APIRouter()


@router.get("/health")
async def health() -> dict:
    try:
        with connect() as connection:
            connection.execute("SELECT 1")
        database = "ok"
    except sqlite3.Error:
        database = "error"
    return {"status": "ok" if database == "ok" else "degraded", "checks": {"database": database, "worker": "ok"}}
