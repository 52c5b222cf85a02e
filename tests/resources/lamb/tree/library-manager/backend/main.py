"""The library."""

import sys
from contextlib import asynccontextmanager

import config
from database.connection import init_db
from fastapi import FastAPI
from routers import libraries, system

if not config.LAMB_API_TOKEN:
    sys.exit("LAMB_API_TOKEN is not set. Refusing to start.")


@asynccontextmanager
async def lifespan(app: FastAPI):
    config.ensure_directories()
    init_db()
    yield


app = FastAPI(title="Small library", lifespan=lifespan, docs_url=None)
app.include_router(system.router)
app.include_router(libraries.router)
