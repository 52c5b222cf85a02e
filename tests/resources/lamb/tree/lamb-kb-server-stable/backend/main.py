"""The server of knowledge bases."""

import os

from dotenv import load_dotenv

load_dotenv()

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from database.connection import init_databases
from dependencies import verify_token
from routers import collections, ingestion_status, system
from services.ingestion import STATIC_DIR

API_KEY = os.getenv("LAMB_API_KEY")
if not API_KEY:
    API_KEY = "0p3n-w3bu!"

app = FastAPI(title="Small knowledge base", version="0.1.0")
app.include_router(system.router)
app.include_router(collections.router)
app.include_router(ingestion_status.router)
app.mount("/static", StaticFiles(directory=str(STATIC_DIR)), name="static")


@app.on_event("startup")
async def startup_event():
    init_databases()


@app.get("/ingestion/plugins")
async def list_ingestion_plugins(token: str = Depends(verify_token)):
    return [{"name": "simple_ingest", "description": "Ingest text files", "kind": "file-ingest"}]
