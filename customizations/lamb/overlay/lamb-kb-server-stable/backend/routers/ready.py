"""Whether this server can work: its databases are asked where they are open, in this process."""

import openai  # noqa: F401  else the first collection of all waits for it, and LAMB waits only five seconds
from database.connection import engine, get_chroma_client
from fastapi import APIRouter, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

router = APIRouter()


@router.get("/ready", tags=["System"], summary="Readiness")
def ready(response: Response) -> dict[str, object]:
    """Answer 200 when both databases can be read, else 503 with what fails. Needs no token and tells no data."""
    problems = [problem for problem in (_registry_problem(), _vectors_problem()) if problem]
    response.status_code = 503 if problems else 200
    return {"status": "unready" if problems else "ready", "problems": problems}


def _registry_problem() -> str | None:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT id FROM collections LIMIT 1")).all()
    except SQLAlchemyError as error:
        return f"the database cannot be read: {type(error).__name__}"
    return None


def _vectors_problem() -> str | None:
    try:
        get_chroma_client().list_collections(limit=1)
    except Exception as error:
        return f"the vector store fails: {type(error).__name__}"
    return None
