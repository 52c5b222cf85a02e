"""The part that is mounted at /lamb."""

from fastapi import FastAPI

from .completions.main import router as completions_router
from .lti_users_router import router as lti_users_router

app = FastAPI(title="Small LAMB's API")
app.include_router(lti_users_router, prefix="/v1/lti_users")
app.include_router(completions_router, prefix="/v1/completions")
