import asyncio
import json
import urllib.request

from fastapi import APIRouter, Depends, Request

from open_webui.utils.auth import get_verified_user

router = APIRouter()


def send_get_request(url, key=None, body=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(url, headers=headers, data=json.dumps(body).encode() if body else None)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


async def get_all_models_responses(request: Request) -> list:
    if not request.app.state.config.ENABLE_OPENAI_API:
        return []

    request_tasks = []
    for idx, url in enumerate(request.app.state.config.OPENAI_API_BASE_URLS):
        if (str(idx) not in request.app.state.config.OPENAI_API_CONFIGS) or (
            url not in request.app.state.config.OPENAI_API_CONFIGS  # Legacy support
        ):
            request_tasks.append(
                asyncio.to_thread(send_get_request, f"{url}/models", request.app.state.config.OPENAI_API_KEYS[idx])
            )
        else:
            api_config = request.app.state.config.OPENAI_API_CONFIGS.get(
                str(idx),
                request.app.state.config.OPENAI_API_CONFIGS.get(
                    url, {}
                ),  # Legacy support
            )
            listed = [{"id": model, "object": "model"} for model in api_config.get("model_ids", [])]
            request_tasks.append(asyncio.to_thread(lambda found=listed: {"data": found}))
    return await asyncio.gather(*request_tasks)


@router.get("/models")
async def get_models(request: Request, user=Depends(get_verified_user)):
    found = await get_all_models_responses(request)
    return {"data": [one for answer in found for one in answer["data"]]}


async def generate_chat_completion(request: Request, body: dict):
    """Let the first server answer."""
    url, key = request.app.state.config.OPENAI_API_BASE_URLS[0], request.app.state.config.OPENAI_API_KEYS[0]
    return await asyncio.to_thread(send_get_request, f"{url}/chat/completions", key, body)
