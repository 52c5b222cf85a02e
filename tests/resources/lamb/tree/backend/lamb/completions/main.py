"""What an assistant can be made of."""

from fastapi import APIRouter

import config

router = APIRouter()


@router.get("/list")
async def list_processors_and_connectors():
    openai = {"name": "openai", "available_llms": [config.OPENAI_MODEL]}
    return {"prompt_processors": ["simple_augment"], "connectors": {"openai": openai}, "rag_processors": ["simple_rag"]}
