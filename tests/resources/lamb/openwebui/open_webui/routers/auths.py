import time
import uuid
import logging

from open_webui.models.users import Users

from open_webui.constants import ERROR_MESSAGES
from open_webui.env import (
    WEBUI_AUTH,
    WEBUI_AUTH_TRUSTED_EMAIL_HEADER,
    WEBUI_AUTH_TRUSTED_NAME_HEADER,
    WEBUI_SESSION_COOKIE_SAME_SITE,
    SRC_LOG_LEVELS,
)
from fastapi import APIRouter, Depends, HTTPException, Request, status
from fastapi.responses import RedirectResponse, Response
from open_webui.config import (
    ENABLE_SIGNUP,
)
from pydantic import BaseModel
from open_webui.utils.auth import (
    create_token,
    get_current_user,
)

from typing import Optional

router = APIRouter()

log = logging.getLogger(__name__)
log.setLevel(SRC_LOG_LEVELS["MAIN"])


class SigninForm(BaseModel):
    email: str
    password: str


class SignupForm(BaseModel):
    name: str
    email: str
    password: str
    profile_image_url: Optional[str] = "/user.png"


@router.get("/")
async def get_session_user(request: Request, response: Response, user=Depends(get_current_user)):
    return {"id": user["id"], "email": user["email"], "name": user["name"], "role": user["role"]}


@router.post("/signin")
async def signin(request: Request, response: Response, form_data: SigninForm):
    if not WEBUI_AUTH_TRUSTED_EMAIL_HEADER:
        raise HTTPException(400, detail=ERROR_MESSAGES.INVALID_CRED)
    if WEBUI_AUTH_TRUSTED_EMAIL_HEADER not in request.headers:
        raise HTTPException(400, detail=ERROR_MESSAGES.INVALID_TRUSTED_HEADER)

    trusted_email = request.headers[WEBUI_AUTH_TRUSTED_EMAIL_HEADER].lower()
    trusted_name = request.headers.get(WEBUI_AUTH_TRUSTED_NAME_HEADER or "", trusted_email)
    if not Users.get_user_by_email(trusted_email):
        await signup(
            request, response, SignupForm(email=trusted_email, password=str(uuid.uuid4()), name=trusted_name)
        )
    user = Users.get_user_by_email(trusted_email)
    token = create_token(data={"id": user["id"]})
    response.set_cookie(key="token", value=token, httponly=True, samesite=WEBUI_SESSION_COOKIE_SAME_SITE)
    return {"token": token, "token_type": "Bearer", "id": user["id"], "email": user["email"], "role": user["role"]}


@router.post("/signup")
async def signup(request: Request, response: Response, form_data: SignupForm):
    if WEBUI_AUTH and not ENABLE_SIGNUP:
        raise HTTPException(status.HTTP_403_FORBIDDEN, detail=ERROR_MESSAGES.ACCESS_PROHIBITED)
    role = "admin" if Users.get_num_users() == 0 else "user"
    return Users.insert(form_data.name, form_data.email.lower(), role)
