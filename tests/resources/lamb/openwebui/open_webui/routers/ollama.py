import asyncio

from fastapi import APIRouter, Depends, Request

from open_webui.routers.openai import send_get_request
from open_webui.utils.auth import get_verified_user

router = APIRouter()


async def get_all_models(request: Request):
    if not request.app.state.config.ENABLE_OLLAMA_API:
        return {"models": []}

    request_tasks = []
    for idx, url in enumerate(request.app.state.config.OLLAMA_BASE_URLS):
        if (str(idx) not in request.app.state.config.OLLAMA_API_CONFIGS) or (
            url not in request.app.state.config.OLLAMA_API_CONFIGS  # Legacy support
        ):
            request_tasks.append(asyncio.to_thread(send_get_request, f"{url}/api/tags"))
        else:
            api_config = request.app.state.config.OLLAMA_API_CONFIGS.get(
                str(idx),
                request.app.state.config.OLLAMA_API_CONFIGS.get(
                    url, {}
                ),  # Legacy support
            )
            listed = [{"model": model} for model in api_config.get("model_ids", [])]
            request_tasks.append(asyncio.to_thread(lambda found=listed: {"models": found}))
    found = await asyncio.gather(*request_tasks)
    return {"models": [one for answer in found for one in answer["models"]]}


@router.get("/api/tags")
async def get_ollama_tags(request: Request, user=Depends(get_verified_user)):
    return await get_all_models(request)
