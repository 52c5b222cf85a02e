"""The back end: the API, what Open WebUI asks, and the front end."""

import logging
import os
import time
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.staticfiles import StaticFiles
from starlette.responses import FileResponse, JSONResponse, Response

import config
from creator_interface.main import router as creator_router
from lamb.database_manager import LambDatabaseManager
from lamb.main import app as lamb_app
from utils.auth import bearer


@asynccontextmanager
async def lifespan(app):
    print("The small LAMB has started")
    yield


app = FastAPI(title="Small LAMB", version="0.1.0", docs_url="/docs", openapi_url="/openapi.json", lifespan=lifespan)
app.mount("/static", StaticFiles(directory="static"), name="static")
app.mount("/lamb", lamb_app)
app.include_router(creator_router, prefix="/creator")
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])

db_manager = LambDatabaseManager()
multimodal_logger = logging.getLogger("multimodal")


@app.get("/v1/models")
@app.get("/models")
async def get_models(request: Request):
    data = [
        {"id": f"lamb_assistant.{one['id']}", "object": "model", "created": int(time.time()), "owned_by": "lamb_v4"}
        for one in db_manager.get_assistants()
        if one["oauth_consumer_name"]
    ]
    return JSONResponse(content={"object": "list", "data": data})


@app.post("/v1/chat/completions")
async def chat(request: Request, token: str = Depends(bearer)):
    multimodal_logger.debug(f"All Headers: {dict(request.headers)}")
    body = await request.json()
    words = body["messages"][-1]["content"]
    return {"object": "chat.completion", "choices": [{"message": {"role": "assistant", "content": f"You said: {words}"}}]}


@app.get("/v1")
@app.get("/status")
async def get_api_status():
    return {"status": True}


# --- The front end, after all other routes ---
frontend_build_dir = "../frontend/build"
abs_frontend_build_dir = os.path.abspath(os.path.join(os.path.dirname(__file__), frontend_build_dir))
frontend_index_html = os.path.join(abs_frontend_build_dir, 'index.html')

if os.path.isdir(abs_frontend_build_dir):
    svelte_app_dir = os.path.join(abs_frontend_build_dir, "app")
    if os.path.isdir(svelte_app_dir):
        app.mount("/app", StaticFiles(directory=svelte_app_dir), name="svelte_assets")

    favicon_path = os.path.join(abs_frontend_build_dir, "favicon.png")
    if os.path.isfile(favicon_path):
        @app.get("/favicon.png", include_in_schema=False)
        async def get_favicon():
            return FileResponse(favicon_path)

    config_js_path = os.path.join(abs_frontend_build_dir, "config.js")
    if os.path.isfile(config_js_path):
        @app.get("/config.js", include_in_schema=False)
        async def get_config_js():
            return FileResponse(config_js_path, media_type="application/javascript")

    if os.path.isfile(frontend_index_html):
        @app.get("/{full_path:path}", include_in_schema=False)
        async def serve_spa(request: Request, full_path: str):
            behind = ("v1/", "models", "status", "creator/", "lamb/", "docs", "openapi.json")
            if full_path.startswith(behind) or "." in full_path.split("/")[-1]:
                return Response(content=f"There is no '{full_path}'", status_code=404)
            return FileResponse(frontend_index_html)
else:
    @app.get("/{full_path:path}", include_in_schema=False)
    async def frontend_build_missing(full_path: str):
        return Response(content="The front end was not built.", status_code=404)
