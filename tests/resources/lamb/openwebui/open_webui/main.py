"""The application."""

import os
from contextlib import asynccontextmanager
from types import SimpleNamespace

from fastapi import Depends, FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.responses import FileResponse, JSONResponse

from open_webui import config
from open_webui.env import FRONTEND_BUILD_DIR, VERSION
from open_webui.models.store import migrate, run
from open_webui.routers import auths, chats, ollama, openai
from open_webui.utils.auth import get_verified_user

migrate()


@asynccontextmanager
async def lifespan(app):
    yield


app = FastAPI(docs_url="/docs" if os.getenv("ENV") == "dev" else None, openapi_url=None, lifespan=lifespan)
app.state.config = SimpleNamespace(**{name: getattr(config, name) for name in dir(config) if name.isupper()})

app.include_router(ollama.router, prefix="/ollama", tags=["ollama"])
app.include_router(openai.router, prefix="/openai", tags=["openai"])
app.include_router(auths.router, prefix="/api/v1/auths", tags=["auths"])
app.include_router(chats.router, prefix="/api/v1/chats", tags=["chats"])


@app.get("/api/models")
async def get_models(request: Request, user=Depends(get_verified_user)):
    return await openai.get_models(request, user)


@app.post("/api/chat/completions")
async def chat_completion(request: Request, user=Depends(get_verified_user)):
    return await openai.generate_chat_completion(request, await request.json())


@app.get("/api/config")
async def get_app_config(request: Request):
    return {"status": True, "name": "Open WebUI", "version": VERSION}


@app.get("/api/version")
async def get_app_version():
    return {"version": VERSION}


@app.get("/health")
async def healthcheck():
    return {"status": True}


@app.get("/health/db")
async def healthcheck_with_db():
    run("SELECT 1")
    return {"status": True}


app.mount("/static", StaticFiles(directory=config.STATIC_DIR), name="static")


@app.get("/{path:path}", include_in_schema=False)
async def spa(path: str):
    wanted = (FRONTEND_BUILD_DIR / path).resolve()
    if path and wanted.is_file() and wanted.is_relative_to(FRONTEND_BUILD_DIR):
        return FileResponse(wanted)
    if path.startswith("api/"):
        return JSONResponse({"detail": "Not Found"}, status_code=404)
    return FileResponse(FRONTEND_BUILD_DIR / "index.html")
